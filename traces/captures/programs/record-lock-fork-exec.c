/* Shows: a record lock is not inherited by a forked child and is kept across execve. */
#include "common.h"

static void child_is_refused(int fd) {
  pid_t owner = getpid();
  pid_t child = start();
  if (child == 0) {
    struct flock range = whole_file(F_WRLCK);
    NEED(fcntl(fd, F_GETLK, &range) == 0 && range.l_type == F_WRLCK && range.l_pid == owner);
    NEED_ERROR(lock(fd, F_SETLK, F_WRLCK), EAGAIN);
    _exit(0);
  }
  need_exited(child, 0);
}

int main(int argc, char **argv) {
  if (argc == 1) {
    NEED(open_file() == 3);
    NEED(lock(3, F_SETLK, F_WRLCK) == 0);
    child_is_refused(3);
    run_again(argv[0], "again");
  }
  child_is_refused(3);
  return 0;
}
