/* Shows: a child that asked for it gets its parent-death signal when the parent is killed. */
#include "common.h"

int main(void) {
  int ready[2], status;
  make_pipe(ready);
  NEED(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  pid_t parent = start();
  if (parent == 0) {
    block(SIGUSR1, SIGUSR1);
    if (start() == 0) {
      siginfo_t info;
      sigset_t awaited = set_of(SIGUSR1, SIGUSR1);
      pid_t before = getppid();
      NEED(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0);
      tell(ready);
      NEED(sigwaitinfo(&awaited, &info) == SIGUSR1 && info.si_pid == before);
      NEED(getppid() != before);
      _exit(7);
    }
    for (;;) pause();
  }
  hear(ready);
  kill_and_reap(parent);
  NEED(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  return 0;
}
