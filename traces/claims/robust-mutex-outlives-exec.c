// claim: A process that calls exec keeps the robust mutexes that it holds, for it is still the same process.
// topic: POSIX semaphores and mutexes
// origin: folklore
// expected: false
// because: the memory with its list of held mutexes goes at exec, so for them that is the death of the owner
// source: get_robust_list(2); kernel/fork.c exec_mm_release()
//
// as claimed: the mutex is busy after exec
// otherwise: the next to lock it gets EOWNERDEAD, while the process lives
#include "mutex.h"

static int ready[2];
static void lock_and_exec(void) {
  NEED(pthread_mutex_lock(mutex) == 0);
  NEED(fcntl(ready[1], F_SETFD, FD_CLOEXEC) == 0 && close(ready[0]) == 0);
  char *const argv[] = {"/proc/self/exe", "3", NULL}, *const envp[] = {NULL};
  execve(argv[0], argv, envp);
}
static int trylock_after_exec(void) {
  char byte;
  make_mutex(PTHREAD_MUTEX_ROBUST);
  NEED(pipe(ready) == 0);
  pid_t pid = child(lock_and_exec);
  NEED(close(ready[1]) == 0 && read(ready[0], &byte, 1) == 0);
  int result = pthread_mutex_trylock(mutex);
  NEED(kill(pid, SIGKILL) == 0);
  NEED(status_of(pid) == SIGKILL);
  return result;
}
static int is_busy(void) { SEEN_IF(trylock_after_exec() == EBUSY); }
static int is_told(void) { SEEN_IF(trylock_after_exec() == EOWNERDEAD); }
static int sleep_on(void) { return pause(); }

HISTORIES(is_busy, is_told, sleep_on)
