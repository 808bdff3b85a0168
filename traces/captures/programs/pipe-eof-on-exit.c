/* Shows: the exit of the last writer gives the reader of a pipe the bytes already written and then end-of-file. */
#include "common.h"

int main(void) {
  int ends[2];
  char bytes[8];
  make_pipe(ends);
  pid_t writer = start();
  if (writer == 0) {
    NEED(write(ends[1], "abc", 3) == 3);
    _exit(3);
  }
  NEED(close(ends[1]) == 0);
  need_exited(writer, 3);
  NEED(read(ends[0], bytes, sizeof bytes) == 3);
  NEED(read(ends[0], bytes, sizeof bytes) == 0);
  return 0;
}
