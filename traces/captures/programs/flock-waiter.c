/* Shows: a flock lock is released when its only holder is killed and the process that waits for it proceeds. */
/* Must hold: <... flock resumed>) = 0 */
#include "common.h"

int main(void) {
  int ready[2];
  make_pipe(ready);
  pid_t holder = start();
  if (holder == 0) {
    NEED(flock(open_file(), LOCK_EX) == 0);
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  int fd = open_file();
  NEED_ERROR(flock(fd, LOCK_SH | LOCK_NB), EWOULDBLOCK);
  pid_t killer = start();
  if (killer == 0) {
    let_it_block();
    _exit(kill(holder, SIGKILL) == 0 ? 0 : 1);
  }
  NEED(flock(fd, LOCK_SH) == 0);
  need_exited(killer, 0);
  need_killed(holder, SIGKILL);
  return 0;
}
