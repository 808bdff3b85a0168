sqlite3 a.db 'pragma journal_mode=wal; create table t(a); insert into t values(1);'
for i in 1 2 3; do sqlite3 a.db "pragma busy_timeout=2000; begin immediate; insert into t values($i); select count(*) from t; commit;" & done; wait
sqlite3 b.db 'create table t(a); begin exclusive; insert into t values(1); commit; select * from t'
for i in 1 2 3; do sqlite3 b.db "pragma busy_timeout=2000; insert into t values($i); delete from t where a=2; vacuum;" & done; wait
