/* Shows: fork adds one attach of a System V segment for each attach of the parent, and SIGKILL of the child takes them away. */
#include "common.h"

int main(void) {
  int ready[2];
  make_pipe(ready);
  int id = shmget(IPC_PRIVATE, 4096, 0600);
  need_nattch(id, 0);
  NEED(shmat(id, NULL, 0) != (void *)-1);
  void *second = shmat(id, NULL, 0);
  need_nattch(id, 2);
  pid_t child = start();
  if (child == 0) {
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  need_nattch(id, 4);
  kill_and_reap(child);
  need_nattch(id, 2);
  NEED(shmdt(second) == 0);
  need_nattch(id, 1);
  NEED(shmctl(id, IPC_RMID, NULL) == 0);
  return 0;
}
