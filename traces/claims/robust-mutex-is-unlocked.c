// claim: A robust mutex is simply unlocked when its owner dies.
// topic: POSIX semaphores and mutexes
// origin: folklore
// expected: false
// because: the kernel marks it, and the next to lock it is told: EOWNERDEAD, and it holds the mutex and must repair the data
// source: pthread_mutexattr_setrobust(3), get_robust_list(2); kernel/futex/core.c handle_futex_death()
//
// as claimed: the next lock returns 0
// otherwise: the next lock returns EOWNERDEAD and holds it; once made consistent it works as before
#include "mutex.h"

static int lock_after_death(void) {
  make_mutex(PTHREAD_MUTEX_ROBUST);
  NEED(ended(lock_and_die) == SIGKILL);
  return pthread_mutex_lock(mutex);
}

static int just_locks(void) { SEEN_IF(lock_after_death() == 0); }
static int is_told(void) {
  if (lock_after_death() != EOWNERDEAD) return NOT_SEEN;
  NEED(pthread_mutex_consistent(mutex) == 0 && pthread_mutex_unlock(mutex) == 0);
  SEEN_IF(pthread_mutex_lock(mutex) == 0);
}

HISTORIES(just_locks, is_told)
