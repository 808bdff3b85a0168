/* Shows: a System V segment and its bytes outlive the process that created it, with no attach left. */
#include "common.h"

int main(void) {
  struct shmid_ds segment;
  pid_t creator = start();
  if (creator == 0) {
    char *bytes = shmat(shmget(0x1234, 4096, IPC_CREAT | IPC_EXCL | 0600), NULL, 0);
    strcpy(bytes, "kept");
    kill(getpid(), SIGKILL);
  }
  need_killed(creator, SIGKILL);
  int id = shmget(0x1234, 4096, 0);
  NEED(shmctl(id, IPC_STAT, &segment) == 0 && segment.shm_nattch == 0 && segment.shm_cpid == creator);
  char *bytes = shmat(id, NULL, SHM_RDONLY);
  NEED(write(1, bytes, 4) == 4 && memcmp(bytes, "kept", 5) == 0);
  NEED(shmctl(id, IPC_RMID, NULL) == 0);
  return 0;
}
