/* Shows: semadj is not inherited by fork but is kept by execve: the exit of the child undoes nothing, that of the new
   image undoes what the old one did. */
#include "common.h"

int main(int argc, char **argv) {
  char argument[12];
  if (argc == 2) _exit(semctl(atoi(argv[1]), 0, GETVAL));
  int id = semget(IPC_PRIVATE, 1, 0600);
  NEED(semctl(id, 0, SETVAL, 7) == 0);
  sprintf(argument, "%d", id);
  pid_t child = start();
  if (child == 0) {
    NEED(change(id, -3, SEM_UNDO) == 0);
    pid_t grandchild = start();
    if (grandchild == 0) _exit(0);
    need_exited(grandchild, 0);
    NEED(semctl(id, 0, GETVAL) == 4);
    run_again(argv[0], argument);
  }
  need_exited(child, 4);
  NEED(semctl(id, 0, GETVAL) == 7);
  NEED(semctl(id, 0, IPC_RMID) == 0);
  return 0;
}
