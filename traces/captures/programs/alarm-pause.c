/* Shows: alarm sends SIGALRM, which kills by default and ends a pause with EINTR when caught; a forked child has no alarm. */
#include "common.h"

/* Rings again, so that a pause entered late ends too. */
static void on_alarm(int number) { alarm(number == SIGALRM); }

int main(void) {
  pid_t child = start();
  if (child == 0) {
    NEED(alarm(1) == 0);
    for (;;) pause();
  }
  need_killed(child, SIGALRM);
  NEED(alarm(100) == 0);
  pid_t second = start();
  if (second == 0) _exit(alarm(0) == 0 ? 0 : 1);
  need_exited(second, 0);
  NEED(signal(SIGALRM, on_alarm) != SIG_ERR);
  NEED(alarm(1) > 0);
  NEED_ERROR(pause(), EINTR);
  return 0;
}
