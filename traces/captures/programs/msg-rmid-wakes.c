/* Shows: IPC_RMID of a System V message queue wakes the process that sleeps in msgrcv with EIDRM. */
/* Must hold: EIDRM */
#include "common.h"

int main(void) {
  char message[16];
  int id = msgget(IPC_PRIVATE, 0600);
  pid_t sleeper = start();
  if (sleeper == 0) {
    ssize_t result = msgrcv(id, message, 8, 0, 0);
    _exit(result == -1 && (errno == EIDRM || errno == EINVAL) ? 0 : 1);
  }
  let_it_block();
  NEED(msgctl(id, IPC_RMID, NULL) == 0);
  need_exited(sleeper, 0);
  return 0;
}
