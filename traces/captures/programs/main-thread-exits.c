/* Shows: a process whose main thread has exited keeps its descriptors and is no zombie to wait for until its last thread ends. */
#include "common.h"
#include <pthread.h>

static int data[2], go[2];

static void *write_later(void *main_thread) {
  NEED(pthread_join(*(pthread_t *)main_thread, NULL) == 0);
  hear(go);
  tell(data);
  _exit(9);
}

int main(void) {
  static pthread_t main_thread, other;
  int status;
  make_pipe(data);
  make_pipe(go);
  pid_t child = start();
  if (child == 0) {
    main_thread = pthread_self();
    NEED(pthread_create(&other, NULL, write_later, &main_thread) == 0);
    pthread_exit(NULL);
  }
  NEED(waitpid(child, &status, WNOHANG) == 0);
  tell(go);
  hear(data);
  need_exited(child, 9);
  return 0;
}
