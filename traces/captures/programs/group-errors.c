/* Shows: setpgid and setsid refuse what POSIX forbids: a session leader, a stranger, a child after execve, a group leader. */
#include "common.h"

int main(int argc, char **argv) {
  enum { READY = 4, GO = 5 };
  int ready[2], go[2];
  char byte;
  if (argc == 2) {
    NEED(write(READY, ".", 1) == 1);
    NEED(read(GO, &byte, 1) == 1);
    _exit(0);
  }
  make_pipe(ready);
  make_pipe(go);
  pid_t child = start();
  if (child == 0) run_again(argv[0], "again");
  hear(ready);
  NEED_ERROR(setpgid(child, child), EACCES);
  NEED_ERROR(setpgid(getppid(), 0), ESRCH);
  NEED_ERROR(setpgid(0, child), EPERM);
  NEED(setpgid(0, 0) == 0);
  NEED(getpgrp() == getpid());
  NEED_ERROR(setsid(), EPERM);
  pid_t leader = start();
  if (leader == 0) {
    NEED(setsid() == getpid());
    NEED_ERROR(setpgid(0, 0), EPERM);
    _exit(0);
  }
  need_exited(leader, 0);
  tell(go);
  need_exited(child, 0);
  return 0;
}
