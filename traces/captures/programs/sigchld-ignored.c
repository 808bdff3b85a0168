/* Shows: with SIGCHLD ignored children leave no zombie; wait blocks until all are gone and then fails with ECHILD. */
#include "common.h"

int main(void) {
  int status, go[2];
  make_pipe(go);
  NEED(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
  pid_t child = start();
  if (child == 0) {
    hear(go);
    _exit(3);
  }
  NEED(waitpid(-1, &status, WNOHANG) == 0);
  tell(go);
  NEED_ERROR(wait(&status), ECHILD);
  NEED_ERROR(kill(child, 0), ESRCH);
  return 0;
}
