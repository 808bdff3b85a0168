/* Shows: the death of a process neither posts a named POSIX semaphore that it holds nor unlinks its name. */
#include "common.h"
#include <semaphore.h>
#include <time.h>

int main(void) {
  pid_t holder = start();
  if (holder == 0) {
    NEED(sem_wait(sem_open("/lr", O_CREAT | O_EXCL, 0600, 1)) == 0);
    kill(getpid(), SIGKILL);
  }
  need_killed(holder, SIGKILL);
  sem_t *semaphore = sem_open("/lr", 0);
  NEED(semaphore != SEM_FAILED);
  struct timespec soon;
  NEED(clock_gettime(CLOCK_REALTIME, &soon) == 0);
  soon.tv_sec += 1;
  NEED_ERROR(sem_timedwait(semaphore, &soon), ETIMEDOUT);
  NEED(sem_unlink("/lr") == 0);
  NEED(sem_open("/lr", 0) == SEM_FAILED && errno == ENOENT);
  return 0;
}
