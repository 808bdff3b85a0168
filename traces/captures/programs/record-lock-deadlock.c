/* Shows: of two processes that wait for each other's record lock one gets EDEADLK, and its death frees the other. */
#include "common.h"

static int set(int fd, int command, int byte) {
  struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
  return fcntl(fd, command, &range);
}

static pid_t contend(int own, int wanted, int ready[2], int go[2]) {
  pid_t pid = start();
  if (pid == 0) {
    int fd = open_file();
    NEED(set(fd, F_SETLK, own) == 0);
    tell(ready);
    hear(go);
    _exit(set(fd, F_SETLKW, wanted) == 0 ? 0 : errno);
  }
  return pid;
}

int main(void) {
  int ready[2], go[2], status, losers = 0;
  make_pipe(ready);
  make_pipe(go);
  contend(0, 1, ready, go);
  contend(1, 0, ready, go);
  hear(ready);
  hear(ready);
  NEED(write(go[1], "..", 2) == 2);
  for (int i = 0; i < 2; i++) {
    NEED(wait(&status) > 0 && WIFEXITED(status));
    losers += WEXITSTATUS(status) == EDEADLK;
  }
  NEED(losers == 1);
  return 0;
}
