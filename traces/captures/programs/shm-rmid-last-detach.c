/* Shows: IPC_RMID of an attached System V segment only takes its key away; the last detach, here by SIGKILL, destroys it. */
#include "common.h"

int main(void) {
  struct shmid_ds segment;
  int ready[2];
  make_pipe(ready);
  int id = shmget(0x1234, 4096, IPC_CREAT | IPC_EXCL | 0600);
  pid_t holder = start();
  if (holder == 0) {
    NEED(shmat(id, NULL, 0) != (void *)-1);
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  NEED(shmget(0x1234, 0, 0) == id);
  NEED(shmctl(id, IPC_RMID, NULL) == 0);
  NEED_ERROR(shmget(0x1234, 0, 0), ENOENT);
  NEED(shmctl(id, IPC_STAT, &segment) == 0 && segment.shm_nattch == 1);
  kill_and_reap(holder);
  NEED_ERROR(shmctl(id, IPC_STAT, &segment), EINVAL);
  return 0;
}
