// claim: exit runs the clean-up handlers of the threads that are still there.
// topic: exit
// origin: folklore
// expected: false
// because: they run when a thread is cancelled or calls pthread_exit; exit ends the other threads wherever they are
// source: pthread_cleanup_push(3), exit(3), POSIX exit()
//
// as claimed: the clean-up handler of a sleeping thread runs at exit
// otherwise: the clean-up handler of a sleeping thread does not run at exit
#include "claim.h"
#include <pthread.h>

static int ready[2];
static void cleanup(void *unused) { (void)unused; make_file("cleaned"); }
static void *sleeper(void *unused) {
  pthread_cleanup_push(cleanup, unused);
  NEED(write(ready[1], "", 1) == 1);
  for (;;) pause();
  pthread_cleanup_pop(0);
  return NULL;
}
static void body(void) {
  pthread_t thread;
  char byte;
  NEED(pipe(ready) == 0 && pthread_create(&thread, NULL, sleeper, NULL) == 0 && read(ready[0], &byte, 1) == 1);
  exit(0);
}

static int runs(void) { NEED(ended(body) == 0); SEEN_IF(exists("cleaned")); }
static int does_not_run(void) { NEED(ended(body) == 0); SEEN_IF(!exists("cleaned")); }

HISTORIES(runs, does_not_run)
