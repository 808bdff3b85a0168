// claim: A named semaphore that a process holds is posted when the process dies.
// topic: POSIX semaphores and mutexes
// origin: questions and answers
// expected: false
// because: POSIX semaphores have no owner and nothing is undone: whoever dies between sem_wait and sem_post leaves it taken
// source: sem_overview(7), sem_wait(3)
//
// as claimed: another process can take it
// P0  sem_open("/s", O_CREAT, 0600, 1) = 0x7f0000001000
// P0  fork() = P1
// P1  sem_wait(0x7f0000001000) = 0
// P0  kill(P1, SIGKILL) = 0
// P1  +++ killed by SIGKILL +++
// P0  wait4(P1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, NULL) = P1
// P0  sem_trywait(0x7f0000001000) = 0
//
// otherwise: it stays taken
// P0  sem_open("/s", O_CREAT, 0600, 1) = 0x7f0000001000
// P0  fork() = P1
// P1  sem_wait(0x7f0000001000) = 0
// P0  kill(P1, SIGKILL) = 0
// P1  +++ killed by SIGKILL +++
// P0  wait4(P1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, NULL) = P1
// P0  sem_trywait(0x7f0000001000) = -1 EAGAIN (Resource temporarily unavailable)
#include "claim.h"
#include <semaphore.h>

static sem_t *semaphore;
static void take_and_die(void) {
  NEED(sem_wait(semaphore) == 0);
  raise(SIGKILL);
}
static int can_be_taken(void) {
  semaphore = sem_open("/s", O_CREAT | O_EXCL, 0600, 1);
  NEED(semaphore != SEM_FAILED && ended(take_and_die) == SIGKILL);
  if (sem_trywait(semaphore) == 0) return 1;
  NEED(errno == EAGAIN);
  return 0;
}

static int is_posted(void) { SEEN_IF(can_be_taken()); }
static int stays(void) { SEEN_IF(!can_be_taken()); }

HISTORIES(is_posted, stays)
