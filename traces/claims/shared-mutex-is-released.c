// claim: A mutex in shared memory is unlocked when the process that holds it dies.
// topic: POSIX semaphores and mutexes
// origin: folklore
// expected: false
// because: unless it is a robust one the kernel does not know it: it stays locked for ever
// source: pthread_mutexattr_setrobust(3), pthread_mutexattr_setpshared(3)
//
// as claimed: it can be locked
// otherwise: it is busy
#include "mutex.h"

static int trylock_after_death(void) {
  make_mutex(PTHREAD_MUTEX_STALLED);
  NEED(ended(lock_and_die) == SIGKILL);
  return pthread_mutex_trylock(mutex);
}

static int is_free(void) { SEEN_IF(trylock_after_death() == 0); }
static int is_busy(void) { SEEN_IF(trylock_after_death() == EBUSY); }

HISTORIES(is_free, is_busy)
