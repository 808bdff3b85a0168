/* Shows: only the close of the last duplicate of a write end gives end-of-file, be it by close or by dup2 over it. */
#include "common.h"

int main(void) {
  int ends[2];
  char byte;
  NEED(pipe2(ends, O_NONBLOCK) == 0);
  int second = dup(ends[1]);
  NEED(second == 5);
  NEED(close(ends[1]) == 0);
  NEED_ERROR(read(ends[0], &byte, 1), EAGAIN);
  NEED(write(second, "x", 1) == 1);
  NEED(dup2(0, second) == second);
  NEED(read(ends[0], &byte, 1) == 1);
  NEED(read(ends[0], &byte, 1) == 0);
  return 0;
}
