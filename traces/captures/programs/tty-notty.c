/* Shows: TIOCSCTTY gives a session leader a free terminal; its TIOCNOTTY sends SIGHUP then SIGCONT to the foreground
   group and takes the terminal away. */
#include "common.h"
#include "terminal.h"

int main(void) {
  char slave[32];
  int master = open_master();
  NEED(ptsname_r(master, slave, sizeof slave) == 0);
  block(SIGHUP, SIGCONT);
  pid_t leader = start();
  if (leader == 0) {
    sigset_t hangup = set_of(SIGHUP, SIGHUP), go_on = set_of(SIGCONT, SIGCONT);
    NEED(setsid() == getpid());
    int terminal = open(slave, O_RDWR | O_NOCTTY);
    NEED_ERROR(tcgetpgrp(terminal), ENOTTY);
    NEED(ioctl(terminal, TIOCSCTTY, 0) == 0);
    NEED(tcgetpgrp(terminal) == getpid());
    NEED(ioctl(terminal, TIOCNOTTY) == 0);
    NEED(sigwaitinfo(&hangup, NULL) == SIGHUP);
    NEED(sigwaitinfo(&go_on, NULL) == SIGCONT);
    NEED_ERROR(open("/dev/tty", O_RDWR), ENXIO);
    NEED_ERROR(tcgetpgrp(terminal), ENOTTY);
    _exit(0);
  }
  need_exited(leader, 0);
  return 0;
}
