case $1 in
tini) tini -s -- sh -c 'sh -c "sleep 0.05 & exit 0"; sleep 0.2; exit 5';;
dumb) dumb-init sh -c '(sleep 0.05 &); sleep 0.2; kill -TERM $PPID; sleep 1';;
runit) mkdir -p sv/a sv/b; printf '#!/bin/sh\nexec sleep 1\n' >sv/a/run; printf '#!/bin/sh\nexit 1\n' > sv/b/run; chmod +x sv/*/run; runsvdir sv & sleep 0.8; sv -w 1 down ./sv/a; sv status ./sv/a; sv exit ./sv/a ./sv/b; kill -HUP $!; wait;;
super) printf '[supervisord]\nnodaemon=true\npidfile=/tmp/lr/sp\nlogfile=/tmp/lr/sl\n[program:a]\ncommand=sleep 30\n[program:b]\ncommand=sh -c "echo b; exit 1"\nstartretries=1\n' >s.conf; supervisord -c s.conf & sleep 2; kill $!; wait;;
esac
