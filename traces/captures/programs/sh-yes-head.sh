# Shows: yes is killed by SIGPIPE when head, the only reader of its pipe, has exited.
# Must hold: killed by SIGPIPE
yes | head -n 1
