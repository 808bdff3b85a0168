// claim: An unnamed semaphore in shared memory is not released when the process that took it dies.
// topic: POSIX semaphores and mutexes
// origin: tutorial
// expected: true
// because: it is a number in memory without an owner; neither the kernel nor the C library gives it back
// source: sem_overview(7), sem_init(3)
//
// as claimed: it stays taken
// otherwise: it can be taken again
#include "claim.h"
#include <semaphore.h>
#include <sys/mman.h>

static sem_t *semaphore;
static void take_and_die(void) {
  NEED(sem_wait(semaphore) == 0);
  raise(SIGKILL);
}
static int can_be_taken(void) {
  semaphore = mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED(semaphore != MAP_FAILED && sem_init(semaphore, 1, 1) == 0);
  NEED(ended(take_and_die) == SIGKILL);
  if (sem_trywait(semaphore) == 0) return 1;
  NEED(errno == EAGAIN);
  return 0;
}

static int stays(void) { SEEN_IF(!can_be_taken()); }
static int is_free(void) { SEEN_IF(can_be_taken()); }

HISTORIES(stays, is_free)
