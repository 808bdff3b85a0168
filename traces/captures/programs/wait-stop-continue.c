/* Shows: WUNTRACED reports a stop and WCONTINUED a continuation, each once; SIGKILL ends a stopped process at once. */
#include "common.h"

int main(void) {
  int status;
  pid_t child = start();
  if (child == 0)
    for (;;) pause();
  NEED(kill(child, SIGSTOP) == 0);
  NEED(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
  NEED(waitpid(child, &status, WUNTRACED | WCONTINUED | WNOHANG) == 0);
  NEED(kill(child, SIGCONT) == 0);
  NEED(waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status));
  NEED(kill(child, SIGSTOP) == 0);
  NEED(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
  kill_and_reap(child);
  return 0;
}
