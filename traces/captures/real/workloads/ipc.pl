# Locks, semaphores, messages, masks, pipes and sessions, with somebody who waits in each.
use strict;
use warnings;
use Fcntl qw(:flock F_SETFL O_NONBLOCK);
use IPC::SysV qw(IPC_PRIVATE IPC_CREAT IPC_RMID IPC_NOWAIT SETVAL GETVAL SEM_UNDO);
use POSIX qw(:signal_h :sys_wait_h setsid);

sub child(&) {
  my ($body) = @_;
  my $pid = fork // die;
  if ($pid == 0) { $body->(); POSIX::_exit(0) }
  return $pid;
}

# A lock that is waited for, in vain and not in vain.
open my $lock, '>', 'lock' or die;
flock($lock, LOCK_EX);
my $asker = child {
  open my $own, '<', 'lock' or die;
  flock($own, LOCK_EX | LOCK_NB);
  flock($own, LOCK_EX);
};
select undef, undef, undef, 0.05;
flock($lock, LOCK_UN);
waitpid $asker, 0;
flock($lock, LOCK_EX | LOCK_NB);

# A semaphore: taken, waited for, and given back by the end of a process.
my $sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600) // die;
semctl($sem, 0, SETVAL, 1);
semop($sem, pack('s3', 0, -1, IPC_NOWAIT));
my $sleeper = child { semop($sem, pack('s3', 0, -1, 0)) };
select undef, undef, undef, 0.05;
semop($sem, pack('s3', 0, 1, 0));
waitpid $sleeper, 0;
semctl($sem, 0, SETVAL, 3);
waitpid(child { semop($sem, pack('s3', 0, -1, SEM_UNDO)); semctl($sem, 0, GETVAL, 0) }, 0);
semctl($sem, 0, GETVAL, 0);
semop($sem, pack('s3', 0, -2, IPC_NOWAIT));
semctl($sem, 0, GETVAL, 0);
semctl($sem, 0, IPC_RMID, 0);
semctl($sem, 0, GETVAL, 0);

# Messages in order.
my $queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600) // die;
msgsnd($queue, pack('l! a*', length, $_), 0) for qw(one three fifteen);
my $text;
msgrcv($queue, $text, 10, 0, 0) for 1 .. 3;
msgctl($queue, IPC_RMID, 0);
msgsnd($queue, pack('l! a*', 1, 'x'), 0);

# A mask that is kept, and a signal that waits behind it.
my $taken = 0;
$SIG{USR1} = sub { $taken++ };
my $old = POSIX::SigSet->new;
sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR1), $old);
kill USR1 => $$;
sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR2), $old);
sigprocmask(SIG_UNBLOCK, POSIX::SigSet->new(SIGUSR1), $old);
sigprocmask(SIG_SETMASK, POSIX::SigSet->new, $old);

# A pipe that is full, and one that nobody reads.
pipe my $reader, my $writer or die;
fcntl($writer, F_SETFL, O_NONBLOCK);
while (defined syswrite($writer, 'x' x 65536)) { }
close $reader;
$SIG{PIPE} = sub { $taken++ };
syswrite($writer, 'late');
syswrite($writer, 'later');
close $writer;

# Who leads a group makes no session; a child does. A process that is gone.
waitpid(child { setpgrp; setsid }, 0);
my $gone = child { setsid; POSIX::_exit(3) };
waitpid $gone, 0;
kill 0 => $gone;
