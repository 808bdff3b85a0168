/* Shows: closing any descriptor of a file drops all record locks that the process has on it, whichever set them. */
#include "common.h"

static void other_process_gets(int error) {
  pid_t other = start();
  if (other == 0) {
    int fd = open_file();
    _exit(lock(fd, F_SETLK, F_WRLCK) == 0 ? 0 : errno);
  }
  need_exited(other, error);
}

int main(void) {
  int locked = open_file();
  int unrelated = open_file();
  NEED(lock(locked, F_SETLK, F_WRLCK) == 0);
  other_process_gets(EAGAIN);
  NEED(close(unrelated) == 0);
  other_process_gets(0);
  return 0;
}
