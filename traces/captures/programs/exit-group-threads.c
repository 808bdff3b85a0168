/* Shows: _exit in one thread ends all threads of the process with one status, also one that sleeps in read. */
#include "common.h"
#include <pthread.h>

static int quiet[2], ready[2];

static void *sleep_in_read(void *unused) {
  tell(ready);
  hear(quiet);
  return unused;
}

static void *end_process(void *unused) {
  (void)unused;
  hear(ready);
  _exit(4);
}

int main(void) {
  make_pipe(quiet);
  make_pipe(ready);
  pid_t child = start();
  if (child == 0) {
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, sleep_in_read, NULL) == 0);
    NEED(pthread_create(&thread, NULL, end_process, NULL) == 0);
    for (;;) pause();
  }
  need_exited(child, 4);
  return 0;
}
