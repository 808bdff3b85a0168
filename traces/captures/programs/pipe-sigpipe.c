/* Shows: after the last reader of a pipe has died a write fails with EPIPE and sends SIGPIPE, which kills by default. */
#include "common.h"

static volatile sig_atomic_t seen;
static void on_signal(int number) { seen = number; }

int main(void) {
  int ends[2];
  make_pipe(ends);
  pid_t reader = start();
  if (reader == 0) {
    hear(ends);
    _exit(0);
  }
  NEED(close(ends[0]) == 0);
  tell(ends);
  need_exited(reader, 0);
  NEED(signal(SIGPIPE, on_signal) != SIG_ERR);
  NEED_ERROR(write(ends[1], "x", 1), EPIPE);
  NEED(seen == SIGPIPE);
  pid_t writer = start();
  if (writer == 0) {
    NEED(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    _exit(write(ends[1], "x", 1) == 1 ? 1 : 2);
  }
  need_killed(writer, SIGPIPE);
  return 0;
}
