/* Shows: threads share one semadj: the end of the thread that did the operation undoes nothing, that of the process does. */
#include "common.h"
#include <pthread.h>

static int id;

static void *take(void *unused) {
  NEED(change(id, -3, SEM_UNDO) == 0);
  return unused;
}

int main(void) {
  id = semget(IPC_PRIVATE, 1, 0600);
  NEED(semctl(id, 0, SETVAL, 7) == 0);
  pid_t child = start();
  if (child == 0) {
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, take, NULL) == 0);
    NEED(pthread_join(thread, NULL) == 0);
    NEED(semctl(id, 0, GETVAL) == 4);
    NEED(change(id, 1, SEM_UNDO) == 0);
    _exit(semctl(id, 0, GETVAL));
  }
  need_exited(child, 5);
  NEED(semctl(id, 0, GETVAL) == 7);
  NEED(semctl(id, 0, IPC_RMID) == 0);
  return 0;
}
