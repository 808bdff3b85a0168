/* Shows: open, dup and pipe take the lowest free descriptor numbers, F_DUPFD the lowest not below its argument. */
#include "common.h"

int main(void) {
  int ends[2];
  NEED(open_file() == 3);
  NEED(dup(3) == 4);
  NEED(dup(3) == 5);
  NEED(close(4) == 0);
  make_pipe(ends);
  NEED(ends[0] == 4 && ends[1] == 6);
  NEED(fcntl(3, F_DUPFD, 5) == 7);
  NEED(dup2(3, 10) == 10);
  NEED(fcntl(3, F_DUPFD, 10) == 11);
  NEED(close(3) == 0);
  NEED(dup(5) == 3);
  NEED_ERROR(close(8), EBADF);
  NEED(dup(5) == 8);
  return 0;
}
