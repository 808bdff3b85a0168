/* Shows: execve detaches every System V segment of the old image; exit detaches those of the new one. */
#include "common.h"

int main(int argc, char **argv) {
  char argument[12];
  if (argc == 2) {
    int id = atoi(argv[1]);
    need_nattch(id, 1);
    NEED(shmat(id, NULL, 0) != (void *)-1);
    need_nattch(id, 2);
    _exit(0);
  }
  int id = shmget(IPC_PRIVATE, 4096, 0600);
  NEED(shmat(id, NULL, 0) != (void *)-1);
  sprintf(argument, "%d", id);
  pid_t child = start();
  if (child == 0) {
    need_nattch(id, 2);
    run_again(argv[0], argument);
  }
  need_exited(child, 0);
  need_nattch(id, 1);
  NEED(shmctl(id, IPC_RMID, NULL) == 0);
  return 0;
}
