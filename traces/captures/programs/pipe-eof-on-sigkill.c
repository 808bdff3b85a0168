/* Shows: SIGKILL of the last writer wakes a reader that sleeps on the empty pipe with end-of-file. */
/* Must hold: <... read resumed>"", 8) = 0 */
#include "common.h"

int main(void) {
  int ends[2];
  char bytes[8];
  make_pipe(ends);
  pid_t writer = start();
  if (writer == 0)
    for (;;) pause();
  NEED(close(ends[1]) == 0);
  pid_t killer = start();
  if (killer == 0) {
    let_it_block();
    _exit(kill(writer, SIGKILL) == 0 ? 0 : 1);
  }
  NEED(read(ends[0], bytes, sizeof bytes) == 0);
  need_exited(killer, 0);
  need_killed(writer, SIGKILL);
  return 0;
}
