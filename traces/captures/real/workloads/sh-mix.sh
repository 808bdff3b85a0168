set -e
x=$(echo hello | tr a-z A-Z); echo $x
ls / | sort | head -3 | wc -l
(sleep 0.05; exit 3) & p=$!
wait $p || echo rc $?
for i in 1 2 3; do (echo $i) > f$i; done
cat f1 f2 f3 >> all
read line < all
trap 'echo usr1' USR1
kill -USR1 $$
( trap '' TERM; sleep 0.1 ) & q=$!
kill -TERM $q; wait $q || true
yes | head -1 >/dev/null
exec 3>out3 4<all; echo a >&3; cat <&4; exec 3>&- 4<&-
cat <<X
here $(date +%Y >/dev/null; echo doc)
X
mkfifo ff; (echo through > ff) & cat ff; wait
rm -f f1 f2 f3 ff
