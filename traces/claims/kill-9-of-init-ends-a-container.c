// claim: Inside a container kill -9 1 ends its init and so the container.
// topic: signals
// origin: questions and answers
// expected: false
// because: kill succeeds, and the signal is dropped: from inside its namespace init takes only signals that it handles
// source: pid_namespaces(7); kernel/signal.c sig_task_ignored()
//
// as claimed: the sender is killed with all others
// otherwise: kill succeeds, and init and the sender live on
#include "claim.h"
#include <sched.h>

/* 0 if the sender goes on after it has sent SIGKILL to process 1 of its namespace. */
static void container(void) {
  NEED(unshare(CLONE_NEWPID) == 0);
  pid_t init = fork();
  NEED(init >= 0);
  if (init == 0) {
    pid_t sender = fork();
    NEED(sender >= 0);
    if (sender == 0) _exit(getppid() == 1 && kill(1, SIGKILL) == 0 && getppid() == 1 ? 0 : 9);
    _exit(WEXITSTATUS(status_of(sender)));
  }
  int status = status_of(init);
  _exit(WIFSIGNALED(status) ? 99 : WEXITSTATUS(status));
}

static int ends(void) { SEEN_IF(WEXITSTATUS(ended(container)) == 99); }
static int goes_on(void) { SEEN_IF(ended(container) == 0); }

HISTORIES(ends, goes_on)
