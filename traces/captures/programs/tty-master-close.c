/* Shows: the last close of a pseudo-terminal's master sends SIGHUP then SIGCONT to the session leader, whose slave then
   reads end-of-file, fails to write with EIO, and is its controlling terminal no more. */
#include "common.h"
#include "terminal.h"

int main(void) {
  int ready[2];
  char slave[32], byte;
  make_pipe(ready);
  int master = open_master();
  NEED(ptsname_r(master, slave, sizeof slave) == 0);
  block(SIGHUP, SIGCONT);
  pid_t leader = start();
  if (leader == 0) {
    sigset_t hangup = set_of(SIGHUP, SIGHUP), go_on = set_of(SIGCONT, SIGCONT);
    NEED(close(master) == 0);
    int terminal = lead_session_on(slave);
    tell(ready);
    NEED(sigwaitinfo(&hangup, NULL) == SIGHUP);
    NEED(sigwaitinfo(&go_on, NULL) == SIGCONT);
    NEED(read(terminal, &byte, 1) == 0);
    NEED_ERROR(write(terminal, "x", 1), EIO);
    NEED_ERROR(open("/dev/tty", O_RDWR), ENXIO);
    _exit(0);
  }
  hear(ready);
  NEED(close(master) == 0);
  need_exited(leader, 0);
  return 0;
}
