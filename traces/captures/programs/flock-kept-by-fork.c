/* Shows: a flock lock belongs to the open file description: it outlives the process that took it while a forked child
   still holds the description. */
#include "common.h"

int main(void) {
  int ready[2], go[2];
  make_pipe(ready);
  make_pipe(go);
  pid_t locker = start();
  if (locker == 0) {
    int fd = open_file();
    NEED(flock(fd, LOCK_EX) == 0);
    if (start() == 0) {
      tell(ready);
      hear(go);
      _exit(0);
    }
    for (;;) pause();
  }
  hear(ready);
  int fd = open_file();
  kill_and_reap(locker);
  NEED_ERROR(flock(fd, LOCK_EX | LOCK_NB), EWOULDBLOCK);
  tell(go);
  NEED(flock(fd, LOCK_EX) == 0);
  return 0;
}
