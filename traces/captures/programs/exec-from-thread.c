/* Shows: execve in a thread ends all other threads, and the new image runs under the process's own pid. */
#include "common.h"
#include <pthread.h>

static char *self, own_pid[12];

static void *replace(void *unused) {
  (void)unused;
  run_again(self, own_pid);
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t thread;
  if (argc == 2) {
    NEED(getpid() == atoi(argv[1]));
    return 0;
  }
  self = argv[0];
  sprintf(own_pid, "%d", getpid());
  NEED(pthread_create(&thread, NULL, replace, NULL) == 0);
  for (;;) pause();
}
