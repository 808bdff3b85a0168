/* Shows: with SA_NOCLDWAIT the child leaves no zombie, yet the SIGCHLD handler runs. */
#include "common.h"

static volatile sig_atomic_t runs;
static void on_child(int number) { runs += number == SIGCHLD; }

int main(void) {
  int status;
  struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDWAIT | SA_RESTART};
  NEED(sigaction(SIGCHLD, &action, NULL) == 0);
  pid_t child = start();
  if (child == 0) _exit(3);
  NEED_ERROR(waitpid(child, &status, 0), ECHILD);
  NEED(runs == 1);
  return 0;
}
