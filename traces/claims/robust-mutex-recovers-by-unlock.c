// claim: After EOWNERDEAD it is enough to unlock a robust mutex to have it work again.
// topic: POSIX semaphores and mutexes
// origin: folklore
// expected: false
// because: without pthread_mutex_consistent the unlock makes it useless for everybody, for ever: ENOTRECOVERABLE
// source: pthread_mutex_consistent(3), POSIX pthread_mutex_lock()
//
// as claimed: it can be locked again
// otherwise: the next lock returns ENOTRECOVERABLE
#include "mutex.h"

static int lock_after_unlock(void) {
  make_mutex(PTHREAD_MUTEX_ROBUST);
  NEED(ended(lock_and_die) == SIGKILL);
  NEED(pthread_mutex_lock(mutex) == EOWNERDEAD && pthread_mutex_unlock(mutex) == 0);
  return pthread_mutex_lock(mutex);
}

static int works(void) { SEEN_IF(lock_after_unlock() == 0); }
static int is_useless(void) { SEEN_IF(lock_after_unlock() == ENOTRECOVERABLE); }

HISTORIES(works, is_useless)
