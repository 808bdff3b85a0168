/* Shows: the parent-death signal comes when the parent THREAD ends, although the parent process lives on. */
#include "common.h"
#include <pthread.h>

static int ready[2];
static pid_t child;

static void *fork_and_end(void *unused) {
  child = start();
  if (child == 0) {
    sigset_t awaited = set_of(SIGUSR1, SIGUSR1);
    pid_t before = getppid();
    NEED(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0);
    tell(ready);
    NEED(sigwaitinfo(&awaited, NULL) == SIGUSR1);
    NEED(getppid() == before);
    _exit(7);
  }
  hear(ready);
  return unused;
}

int main(void) {
  pthread_t thread;
  make_pipe(ready);
  block(SIGUSR1, SIGUSR1);
  NEED(pthread_create(&thread, NULL, fork_and_end, NULL) == 0);
  NEED(pthread_join(thread, NULL) == 0);
  need_exited(child, 7);
  return 0;
}
