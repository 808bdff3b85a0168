mkdir -p /tmp/lr/ng/logs
cat >/tmp/lr/ng/n.conf <<X
user root; worker_processes 2; pid /tmp/lr/ng/pid; error_log /tmp/lr/ng/err;
events { worker_connections 64; }
http { access_log /tmp/lr/ng/acc; client_body_temp_path /tmp/lr/ng/a; proxy_temp_path /tmp/lr/ng/b; fastcgi_temp_path /tmp/lr/ng/c; uwsgi_temp_path /tmp/lr/ng/d; scgi_temp_path /tmp/lr/ng/e; server { listen 127.0.0.1:8088; root /tmp/lr; } }
X
echo hi >/tmp/lr/index.html
nginx -c /tmp/lr/ng/n.conf -p /tmp/lr/ng
sleep 0.3
get() { perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new("127.0.0.1:8088"); print $s "GET / HTTP/1.0\r\n\r\n"; print <$s>' | tail -1; }
get; kill -HUP $(cat /tmp/lr/ng/pid); sleep 0.3; get; kill -USR1 $(cat /tmp/lr/ng/pid); sleep 0.2; kill -QUIT $(cat /tmp/lr/ng/pid); sleep 0.4
