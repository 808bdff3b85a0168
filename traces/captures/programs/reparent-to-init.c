/* Shows: without a subreaper an orphan becomes the child of init, process 1, and is no child of its grandparent. */
#include "common.h"

int main(void) {
  int go[2], done[2], status;
  make_pipe(go);
  make_pipe(done);
  pid_t middle = start();
  if (middle == 0) {
    if (start() == 0) {
      hear(go);
      NEED(getppid() == 1);
      tell(done);
      _exit(0);
    }
    _exit(0);
  }
  need_exited(middle, 0);
  NEED_ERROR(wait(&status), ECHILD);
  tell(go);
  hear(done);
  return 0;
}
