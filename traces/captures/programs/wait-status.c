/* Shows: the wait status keeps the low eight bits of the exit code, or the signal that killed; waits may name a pid,
   a group or any child, and WNOHANG answers 0 while the child runs. */
#include "common.h"

int main(void) {
  int status, go[2];
  make_pipe(go);
  pid_t first = start();
  if (first == 0) {
    hear(go);
    _exit(256 + 7);
  }
  NEED(waitpid(first, &status, WNOHANG) == 0);
  tell(go);
  need_exited(first, 7);
  pid_t second = start();
  if (second == 0)
    for (;;) pause();
  NEED(setpgid(second, second) == 0);
  NEED(kill(second, SIGTERM) == 0);
  NEED_ERROR(waitpid(0, &status, 0), ECHILD);
  NEED(waitpid(-second, &status, 0) == second && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  return 0;
}
