/* Shows: clone with CLONE_FILES shares the descriptor table: what the child opens and closes the parent has and lacks,
   also after the child's death. */
#include "common.h"
#include <sched.h>

int main(void) {
  int ends[2];
  make_pipe(ends);
  pid_t child = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    NEED(open_file() == 5);
    NEED(close(3) == 0);
    _exit(0);
  }
  need_exited(child, 0);
  NEED(write(5, "shared", 6) == 6);
  NEED_ERROR(fcntl(3, F_GETFD), EBADF);
  NEED(fcntl(4, F_GETFD) == 0);
  NEED(dup(5) == 3);
  return 0;
}
