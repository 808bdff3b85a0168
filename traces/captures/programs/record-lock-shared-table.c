/* Shows: with a descriptor table shared by clone(CLONE_FILES), record locks outlive the process that set them; they
   belong to the table and go with the close by the other sharer. */
#include "common.h"
#include <sched.h>

static void other_process_gets(int error) {
  pid_t other = start();
  if (other == 0) _exit(lock(open_file(), F_SETLK, F_WRLCK) == 0 ? 0 : errno);
  need_exited(other, error);
}

int main(void) {
  int fd = open_file();
  pid_t sharer = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
  if (sharer == 0) {
    NEED(lock(fd, F_SETLK, F_WRLCK) == 0);
    _exit(0);
  }
  need_exited(sharer, 0);
  other_process_gets(EAGAIN);
  NEED(close(fd) == 0);
  other_process_gets(0);
  return 0;
}
