/* Shows: SIGKILL of the process that took a semaphore with SEM_UNDO gives it back and the process that sleeps for it proceeds. */
/* Must hold: <... semtimedop resumed>) = 0 */
#include "common.h"

int main(void) {
  int ready[2];
  make_pipe(ready);
  int id = semget(IPC_PRIVATE, 1, 0600);
  NEED(semctl(id, 0, SETVAL, 1) == 0);
  pid_t holder = start();
  if (holder == 0) {
    NEED(change(id, -1, SEM_UNDO) == 0);
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  NEED_ERROR(change(id, -1, IPC_NOWAIT), EAGAIN);
  pid_t killer = start();
  if (killer == 0) {
    let_it_block();
    _exit(kill(holder, SIGKILL) == 0 ? 0 : 1);
  }
  NEED(change(id, -1, 0) == 0);
  NEED(semctl(id, 0, GETVAL) == 0);
  need_exited(killer, 0);
  need_killed(holder, SIGKILL);
  NEED(semctl(id, 0, IPC_RMID) == 0);
  return 0;
}
