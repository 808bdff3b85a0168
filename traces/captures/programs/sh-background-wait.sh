# Shows: a shell waits for background jobs and takes their statuses; death by a signal counts as 128 plus its number.
(exit 3) &
wait $!
[ $? = 3 ] || exit 1
sleep 1000 &
kill -TERM $!
wait $!
[ $? = 143 ] || exit 1
