/* Shows: SETVAL by any process clears the semadj of all, so that a later death undoes nothing. */
#include "common.h"

int main(void) {
  int ready[2];
  make_pipe(ready);
  int id = semget(IPC_PRIVATE, 1, 0600);
  NEED(semctl(id, 0, SETVAL, 5) == 0);
  pid_t child = start();
  if (child == 0) {
    NEED(change(id, -4, SEM_UNDO) == 0);
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  NEED(semctl(id, 0, SETVAL, 2) == 0);
  kill_and_reap(child);
  NEED(semctl(id, 0, GETVAL) == 2);
  NEED(semctl(id, 0, IPC_RMID) == 0);
  return 0;
}
