mkdir -p sd/a sd/b sd/a/log;
printf '#!/bin/sh\necho start;
exec sleep 100\n' > sd/a/run;
printf '#!/bin/sh\nexit 1\n' > sd/b/run;
printf '#!/bin/sh\nexec cat >/dev/null\n' > sd/a/log/run;
chmod +x sd/*/run sd/a/log/run;
s6-svscan sd & P=$!;
sleep 0.5;
s6-svc -d sd/a;
s6-svc -k sd/b;
s6-svstat sd/a;
s6-svscanctl -t sd;
wait $P
