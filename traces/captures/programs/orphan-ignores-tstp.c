/* Shows: in an orphaned process group SIGTSTP with its default action stops nobody; SIGSTOP does. */
#include "common.h"

int main(void) {
  int status;
  pid_t child = start();
  if (child == 0) {
    NEED(setsid() == getpid());
    NEED(raise(SIGTSTP) == 0);
    NEED(raise(SIGSTOP) == 0);
    _exit(5);
  }
  NEED(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
  NEED(kill(child, SIGCONT) == 0);
  need_exited(child, 5);
  return 0;
}
