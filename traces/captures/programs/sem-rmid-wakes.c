/* Shows: IPC_RMID of a semaphore set wakes the process that sleeps in semop with EIDRM; afterwards its id is EINVAL. */
/* Must hold: EIDRM */
#include "common.h"

int main(void) {
  struct sembuf take = {0, -1, 0};
  int id = semget(IPC_PRIVATE, 1, 0600);
  pid_t sleeper = start();
  if (sleeper == 0) {
    int result = semop(id, &take, 1);
    _exit(result == -1 && (errno == EIDRM || errno == EINVAL) ? 0 : 1);
  }
  let_it_block();
  NEED(semctl(id, 0, IPC_RMID) == 0);
  need_exited(sleeper, 0);
  NEED_ERROR(semctl(id, 0, GETVAL), EINVAL);
  return 0;
}
