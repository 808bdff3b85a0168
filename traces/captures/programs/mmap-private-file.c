/* Shows: what a process stored in a MAP_PRIVATE mapping of a file is lost with it. */
#include "common.h"

int main(void) {
  char bytes[8];
  int fd = open_file();
  NEED(write(fd, "original", 8) == 8);
  pid_t child = start();
  if (child == 0) {
    char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    memcpy(memory, "changed!", 8);
    NEED(pread(fd, bytes, sizeof bytes, 0) == 8 && memcmp(bytes, "original", 8) == 0);
    kill(getpid(), SIGKILL);
  }
  need_killed(child, SIGKILL);
  NEED(pread(fd, bytes, sizeof bytes, 0) == 8 && memcmp(bytes, "original", 8) == 0);
  return 0;
}
