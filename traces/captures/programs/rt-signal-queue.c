/* Shows: real-time signals queue with their values in order, and the lower number goes first; the sender's death keeps them. */
#include "common.h"
#include <time.h>

int main(void) {
  siginfo_t info;
  const struct timespec at_once = {0, 0};
  int low = SIGRTMIN + 1, high = SIGRTMIN + 2;
  sigset_t set = set_of(low, high);
  block(low, high);
  pid_t receiver = getpid(), sender = start();
  if (sender == 0) {
    NEED(sigqueue(receiver, high, (union sigval){.sival_int = 9}) == 0);
    for (int value = 1; value <= 3; value++) NEED(sigqueue(receiver, low, (union sigval){.sival_int = value}) == 0);
    kill(getpid(), SIGKILL);
  }
  need_killed(sender, SIGKILL);
  for (int value = 1; value <= 3; value++)
    NEED(sigtimedwait(&set, &info, &at_once) == low && info.si_value.sival_int == value && info.si_pid == sender);
  NEED(sigtimedwait(&set, &info, &at_once) == high && info.si_value.sival_int == 9);
  NEED_ERROR(sigtimedwait(&set, &info, &at_once), EAGAIN);
  return 0;
}
