/* Shows: a zombie can be seen with WNOWAIT and signalled in vain until one wait takes its status; then it is ESRCH and ECHILD. */
#include "common.h"

int main(void) {
  siginfo_t info;
  int status;
  pid_t child = start();
  if (child == 0) _exit(6);
  NEED(waitid(P_PID, child, &info, WEXITED | WNOWAIT) == 0 && info.si_code == CLD_EXITED && info.si_status == 6);
  NEED(kill(child, 0) == 0);
  NEED(kill(child, SIGKILL) == 0);
  need_exited(child, 6);
  NEED_ERROR(kill(child, 0), ESRCH);
  NEED_ERROR(waitpid(child, &status, 0), ECHILD);
  return 0;
}
