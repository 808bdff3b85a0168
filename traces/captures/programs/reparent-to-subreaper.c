/* Shows: an orphan becomes the child of its nearest living ancestor that is a subreaper, and that one can wait for it. */
#include "common.h"

int main(void) {
  int go[2], status;
  make_pipe(go);
  NEED(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  pid_t reaper = getpid();
  pid_t middle = start();
  if (middle == 0) {
    if (start() == 0) {
      hear(go);
      _exit(getppid() == reaper ? 7 : 1);
    }
    _exit(0);
  }
  need_exited(middle, 0);
  NEED(waitpid(-1, &status, WNOHANG) == 0);
  tell(go);
  NEED(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  NEED_ERROR(wait(&status), ECHILD);
  return 0;
}
