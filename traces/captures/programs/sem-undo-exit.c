/* Shows: the exit of a process undoes its SEM_UNDO operations; those without SEM_UNDO stay. */
#include "common.h"

int main(void) {
  int id = semget(IPC_PRIVATE, 1, 0600);
  NEED(semctl(id, 0, SETVAL, 5) == 0);
  pid_t child = start();
  if (child == 0) {
    NEED(change(id, -2, SEM_UNDO) == 0);
    NEED(change(id, -1, 0) == 0);
    NEED(change(id, 1, SEM_UNDO) == 0);
    NEED(semctl(id, 0, GETVAL) == 3);
    _exit(0);
  }
  need_exited(child, 0);
  NEED(semctl(id, 0, GETVAL) == 4);
  NEED(semctl(id, 0, IPC_RMID) == 0);
  return 0;
}
