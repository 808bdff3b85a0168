i=0; while [ $i -lt 200 ]; do (echo $i | cat >/dev/null); sleep 0.02 & wait; i=$((i+1)); done
