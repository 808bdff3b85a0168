/* Shows: execve resets caught signals to their default and keeps ignored ones, the mask and pending signals, one of which
   kills when it is unblocked. */
/* Ends: killed by SIGUSR1 */
#include "common.h"

static void on_signal(int number) { (void)number; }

int main(int argc, char **argv) {
  struct sigaction action;
  sigset_t set;
  if (argc == 1) {
    block(SIGUSR1, SIGUSR1);
    NEED(signal(SIGUSR2, on_signal) != SIG_ERR);
    NEED(signal(SIGTERM, SIG_IGN) != SIG_ERR);
    NEED(raise(SIGUSR1) == 0);
    run_again(argv[0], "again");
  }
  NEED(sigpending(&set) == 0 && sigismember(&set, SIGUSR1));
  NEED(sigaction(SIGUSR2, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
  NEED(sigaction(SIGTERM, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
  pid_t child = start();
  if (child == 0) {
    NEED(sigpending(&set) == 0 && !sigismember(&set, SIGUSR1));
    NEED(raise(SIGTERM) == 0);
    _exit(0);
  }
  need_exited(child, 0);
  set = set_of(SIGUSR1, SIGUSR1);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  NEED(!"alive after a pending SIGUSR1 with its default action");
}
