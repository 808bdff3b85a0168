/* Shows: an unlinked file lives on while a forked child holds a descriptor of it, though its name is gone. */
#include "common.h"

int main(void) {
  char bytes[8];
  int ready[2], go[2];
  make_pipe(ready);
  make_pipe(go);
  int fd = open_file();
  NEED(write(fd, "alive", 5) == 5);
  pid_t child = start();
  if (child == 0) {
    hear(go);
    NEED(pread(fd, bytes, sizeof bytes, 0) == 5 && memcmp(bytes, "alive", 5) == 0);
    _exit(0);
  }
  NEED(unlink("f") == 0);
  NEED(close(fd) == 0);
  NEED_ERROR(open("f", O_RDONLY), ENOENT);
  tell(go);
  need_exited(child, 0);
  return 0;
}
