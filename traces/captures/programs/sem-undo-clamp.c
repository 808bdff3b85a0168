/* Shows: an undo at death that would go below 0 or above 32767 stops at the limit. */
#include "common.h"

int main(void) {
  int ready[2];
  make_pipe(ready);
  int id = semget(IPC_PRIVATE, 1, 0600);
  NEED(semctl(id, 0, SETVAL, 0) == 0);
  pid_t giver = start();
  if (giver == 0) {
    NEED(change(id, 3, SEM_UNDO) == 0);
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  NEED(change(id, -2, 0) == 0);
  kill_and_reap(giver);
  NEED(semctl(id, 0, GETVAL) == 0);

  NEED(semctl(id, 0, SETVAL, 10) == 0);
  pid_t taker = start();
  if (taker == 0) {
    NEED(change(id, -5, SEM_UNDO) == 0);
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  NEED(change(id, 32767 - 5, 0) == 0);
  kill_and_reap(taker);
  NEED(semctl(id, 0, GETVAL) == 32767);
  NEED(semctl(id, 0, IPC_RMID) == 0);
  return 0;
}
