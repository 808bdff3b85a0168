/* Shows: sigtimedwait takes a pending blocked signal with its sender, lowest number first, and times out with EAGAIN. */
#include "common.h"
#include <time.h>

int main(void) {
  siginfo_t info;
  const struct timespec at_once = {0, 0};
  sigset_t set = set_of(SIGUSR1, SIGUSR2);
  block(SIGUSR1, SIGUSR2);
  pid_t parent = getpid(), child = start();
  if (child == 0) {
    NEED(kill(parent, SIGUSR2) == 0);
    NEED(kill(parent, SIGUSR1) == 0);
    NEED(kill(parent, SIGUSR1) == 0);
    _exit(0);
  }
  need_exited(child, 0);
  NEED(sigtimedwait(&set, &info, &at_once) == SIGUSR1 && info.si_pid == child);
  NEED(sigtimedwait(&set, &info, &at_once) == SIGUSR2 && info.si_pid == child);
  NEED_ERROR(sigtimedwait(&set, &info, &at_once), EAGAIN);
  return 0;
}
