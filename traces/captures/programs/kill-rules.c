/* Shows: SIGKILL and SIGSTOP cannot be caught or ignored, an ignored signal is dropped, and a pending one is one however
   often it was sent. */
#include "common.h"

static volatile sig_atomic_t runs;
static void on_signal(int number) { runs += number == SIGUSR2; }

int main(void) {
  NEED(signal(SIGKILL, SIG_IGN) == SIG_ERR && errno == EINVAL);
  NEED(signal(SIGSTOP, on_signal) == SIG_ERR && errno == EINVAL);
  NEED(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
  NEED(raise(SIGUSR1) == 0);
  NEED(signal(SIGUSR2, on_signal) != SIG_ERR);
  block(SIGUSR2, SIGUSR2);
  NEED(kill(getpid(), SIGUSR2) == 0);
  NEED(kill(getpid(), SIGUSR2) == 0);
  NEED(runs == 0);
  sigset_t set = set_of(SIGUSR2, SIGUSR2);
  NEED(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
  NEED(runs == 1);
  NEED_ERROR(kill(getpid(), 65), EINVAL);
  return 0;
}
