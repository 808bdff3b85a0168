#include "u.h"
static void *th(void *a) {
  int k = (long)a;
  for (int i = 0; i < 6; i++) {
    char b[4];
    int f = open("/dev/null", O_RDWR);
    int m = eventfd(1, 0);
    uint64_t v;
    read(m, &v, 8);
    close(f);
    if (k == i) {
      pid_t p = fork();
      if (!p) {
        close(m);
        pid_t q = vfork();
        if (!q)
          _exit(2);
        W(q);
        execl("/bin/sh", "sh", "-c", "exit 3", NULL);
      }
      W(p);
    }
    close(m);
    raise(SIGUSR1);
    pthread_kill(pthread_self(), SIGUSR2);
  }
  return 0;
}
int main() {
  onsi(SIGUSR1, SA_RESTART);
  signal(SIGUSR2, SIG_IGN);
  pthread_t t[5];
  for (int r = 0; r < 2; r++) {
    for (long i = 0; i < 5; i++)
      pthread_create(t + i, 0, th, (void *)i);
    for (int i = 0; i < 5; i++) {
      if (i == 2)
        kill(getpid(), SIGUSR1);
      pthread_join(t[i], 0);
    }
  }
  pthread_create(t, 0, th, (void *)1);
  pthread_cancel(t[0]);
  pthread_join(t[0], 0);
  pthread_attr_t a;
  pthread_attr_init(&a);
  pthread_attr_setdetachstate(&a, 1);
  for (long i = 0; i < 4; i++)
    pthread_create(t + i, &a, th, (void *)99);
  ms(1);
  return 0;
}
