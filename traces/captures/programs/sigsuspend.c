/* Shows: sigsuspend lets a blocked pending signal in, runs its handler, fails with EINTR and restores the mask. */
#include "common.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR1; }

int main(void) {
  sigset_t none, now;
  sigemptyset(&none);
  NEED(signal(SIGUSR1, on_signal) != SIG_ERR);
  block(SIGUSR1, SIGUSR1);
  pid_t parent = getpid(), child = start();
  if (child == 0) _exit(kill(parent, SIGUSR1) == 0 ? 0 : 1);
  need_exited(child, 0);
  NEED(runs == 0);
  NEED_ERROR(sigsuspend(&none), EINTR);
  NEED(runs == 1);
  NEED(sigprocmask(SIG_BLOCK, NULL, &now) == 0 && sigismember(&now, SIGUSR1));
  return 0;
}
