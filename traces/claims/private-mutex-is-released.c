// claim: A mutex that only one process uses is released when its holder ends.
// topic: POSIX semaphores and mutexes
// origin: tutorial
// expected: false
// because: with the process its memory is gone; a thread that ends with it leaves it locked, and a forked child gets a copy that nobody will unlock
// source: pthread_mutex_lock(3), POSIX fork() under RATIONALE
//
// as claimed: it can be locked when the thread that held it has ended
// otherwise: it is busy when the thread that held it has ended
// otherwise: it is busy in a forked child, where the thread that holds it is not
#include "claim.h"
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *lock_it(void *unused) {
  (void)unused;
  NEED(pthread_mutex_lock(&mutex) == 0);
  return NULL;
}
static int trylock_after_thread(void) {
  pthread_t thread;
  NEED(pthread_create(&thread, NULL, lock_it, NULL) == 0 && pthread_join(thread, NULL) == 0);
  return pthread_mutex_trylock(&mutex);
}
static void try_in_child(void) { _exit(pthread_mutex_trylock(&mutex) == EBUSY ? SEEN : NOT_SEEN); }

static int is_free(void) { SEEN_IF(trylock_after_thread() == 0); }
static int is_busy(void) { SEEN_IF(trylock_after_thread() == EBUSY); }
static int is_busy_in_child(void) {
  lock_it(NULL);
  return WEXITSTATUS(ended(try_in_child));
}

HISTORIES(is_free, is_busy, is_busy_in_child)
