redis-server --port 7777 --daemonize no --save "" --dir /tmp/lr --appendonly yes >/dev/null & P=$!
sleep 0.7
redis-cli -p 7777 set a 1; redis-cli -p 7777 incr a; redis-cli -p 7777 bgsave; redis-cli -p 7777 bgrewriteaof; sleep 0.5
redis-cli -p 7777 shutdown nosave; wait $P
