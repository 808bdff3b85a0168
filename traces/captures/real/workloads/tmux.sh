cat > t.conf </dev/null
tmux -L x -f t.conf new-session -d -s a 'sh -i'; sleep 0.3; tmux -L x send-keys -t a 'echo hi' Enter; tmux -L x split-window -t a 'sleep 1'; sleep 0.3; tmux -L x list-panes; tmux -L x capture-pane -p -t a | head -2; tmux -L x kill-server; sleep 0.2
