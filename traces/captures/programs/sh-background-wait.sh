# Shows: a shell waits for a background job and gets its exit status; a job killed by a signal counts as 128 plus its number.
(exit 3) &
wait $!
[ $? = 3 ] || exit 1
mkfifo q
cat q &
kill -TERM $!
wait $!
[ $? = 143 ] || exit 1
