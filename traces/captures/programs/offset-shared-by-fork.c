/* Shows: parent and forked child share one offset through the same open file description; an open of its own does not. */
#include "common.h"

int main(void) {
  char bytes[8];
  int fd = open_file();
  int own = open_file();
  NEED(write(fd, "abcdefgh", 8) == 8);
  NEED(lseek(fd, 0, SEEK_SET) == 0);
  pid_t child = start();
  if (child == 0) {
    NEED(read(fd, bytes, 3) == 3);
    NEED(lseek(own, 6, SEEK_SET) == 6);
    _exit(0);
  }
  need_exited(child, 0);
  NEED(lseek(fd, 0, SEEK_CUR) == 3);
  NEED(read(fd, bytes, 2) == 2 && memcmp(bytes, "de", 2) == 0);
  NEED(read(own, bytes, 8) == 2 && memcmp(bytes, "gh", 2) == 0);
  NEED(lseek(open_file(), 0, SEEK_CUR) == 0);
  return 0;
}
