/* Shows: a pipe has no end-of-file while a forked child of the killed writer still holds the write end. */
#include "common.h"

int main(void) {
  int data[2], go[2];
  char byte;
  make_pipe(data);
  make_pipe(go);
  pid_t writer = start();
  if (writer == 0) {
    if (start() == 0) {
      tell(data);
      hear(go);
      _exit(0);
    }
    for (;;) pause();
  }
  NEED(close(data[1]) == 0);
  hear(data);
  kill_and_reap(writer);
  NEED(fcntl(data[0], F_SETFL, O_NONBLOCK) == 0);
  NEED_ERROR(read(data[0], &byte, 1), EAGAIN);
  NEED(fcntl(data[0], F_SETFL, 0) == 0);
  tell(go);
  NEED(read(data[0], &byte, 1) == 0);
  return 0;
}
