/* Shows: a record lock held by a process that is killed is released and the process that waits in F_SETLKW gets it. */
/* Must hold: <... fcntl resumed>) = 0 */
#include "common.h"

int main(void) {
  int ready[2];
  make_pipe(ready);
  pid_t holder = start();
  if (holder == 0) {
    NEED(lock(open_file(), F_SETLK, F_WRLCK) == 0);
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  int fd = open_file();
  NEED_ERROR(lock(fd, F_SETLK, F_WRLCK), EAGAIN);
  pid_t killer = start();
  if (killer == 0) {
    let_it_block();
    _exit(kill(holder, SIGKILL) == 0 ? 0 : 1);
  }
  NEED(lock(fd, F_SETLKW, F_WRLCK) == 0);
  need_exited(killer, 0);
  need_killed(holder, SIGKILL);
  return 0;
}
