use POSIX ":sys_wait_h"; use Fcntl ':flock'; use IPC::SysV qw(IPC_PRIVATE IPC_CREAT IPC_RMID S_IRUSR S_IWUSR); use IPC::Msg; use IPC::Semaphore;
$SIG{CHLD}=sub{ while((my $p=waitpid(-1,WNOHANG))>0){ $n++ } };
for(1..4){ my $p=fork; if(!$p){ select undef,undef,undef,0.02; exit $_ } }
sleep 1 while $n<4;
$SIG{CHLD}='DEFAULT';
open F,'>lk'; flock F,LOCK_EX; if(!fork){ open G,'lk'; flock(G,LOCK_EX|LOCK_NB) or print "busy\n"; exit } wait; flock F,LOCK_UN;
my $m=IPC::Msg->new(IPC_PRIVATE,S_IRUSR|S_IWUSR); if(!fork){ $m->snd(3,"hi"); exit } wait; my $b; $m->rcv($b,10,3); print "$b\n"; $m->remove;
my $s=IPC::Semaphore->new(IPC_PRIVATE,2,S_IRUSR|S_IWUSR|IPC_CREAT); $s->setall(1,2); print join(',',$s->getall),"\n"; $s->op(0,-1,0); print $s->getval(0),"\n"; $s->remove;
print `echo back`; open P,'|cat'; print P "x"; close P; open P,'-|','echo','q'; print <P>; close P;
$SIG{ALRM}=sub{die "alarm\n"}; eval{ alarm 1; sleep 5; }; print $@;
setpgrp; kill 'TERM',-$$ if fork==0 && 0; 
my $id=shmget(IPC_PRIVATE,100,0600); shmwrite($id,"abc",0,3); if(!fork){ shmread($id,$x,0,3); print "$x\n"; exit } wait; shmctl($id,IPC_RMID,0);
