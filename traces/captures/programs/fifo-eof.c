/* Shows: a FIFO pairs its opens, its reader gets end-of-file when the writer is killed, and without a reader a
   non-blocking open for writing fails with ENXIO. */
#include "common.h"

int main(void) {
  char bytes[8];
  NEED(mkfifo("q", 0600) == 0);
  pid_t writer = start();
  if (writer == 0) {
    int fd = open("q", O_WRONLY);
    NEED(write(fd, "fifo", 4) == 4);
    for (;;) pause();
  }
  int fd = open("q", O_RDONLY);
  NEED(read(fd, bytes, sizeof bytes) == 4);
  kill_and_reap(writer);
  NEED(read(fd, bytes, sizeof bytes) == 0);
  NEED(close(fd) == 0);
  NEED_ERROR(open("q", O_WRONLY | O_NONBLOCK), ENXIO);
  NEED(unlink("q") == 0);
  return 0;
}
