/* Shows: a zombie whose parent exits is handed to the subreaper, which gets SIGCHLD for it and its status. */
#include "common.h"

int main(void) {
  int status, codes = 0;
  NEED(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  pid_t middle = start();
  if (middle == 0) {
    siginfo_t info;
    pid_t zombie = start();
    if (zombie == 0) _exit(4);
    NEED(waitid(P_PID, zombie, &info, WEXITED | WNOWAIT) == 0);
    _exit(2);
  }
  for (int i = 0; i < 2; i++) {
    NEED(wait(&status) > 0 && WIFEXITED(status));
    codes += WEXITSTATUS(status);
  }
  NEED(codes == 6);
  return 0;
}
