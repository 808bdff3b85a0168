/* A mutex in shared memory whose owner dies, for the programs of the ledger. */
#include "claim.h"
#include <pthread.h>
#include <sys/mman.h>

static pthread_mutex_t *mutex;
static inline void make_mutex(int robust) {
  pthread_mutexattr_t attributes;
  mutex = mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED(mutex != MAP_FAILED && pthread_mutexattr_init(&attributes) == 0);
  NEED(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
  NEED(pthread_mutexattr_setrobust(&attributes, robust) == 0);
  NEED(pthread_mutex_init(mutex, &attributes) == 0);
}
static inline void lock_and_die(void) {
  NEED(pthread_mutex_lock(mutex) == 0);
  raise(SIGKILL);
}
