# Shows: a shell pipeline ends by closed pipes: cat reads end-of-file when the stage before it, a forked shell, has exited.
echo one | cat
