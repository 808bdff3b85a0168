#include "u.h"
/* racy: fork storm with SIGCHLD coalescing and handler reaping */
int main(int c, char **v) {
  int n = c > 1 ? atoi(v[1]) : 25;
  on(SIGCHLD, hw, SA_RESTART);
  for (int i = 0; i < n; i++) {
    pid_t p = CH(if (i % 4 == 0) kill(getppid(), 0); if (i % 5 == 0) CH(); if (i % 7 == 0) raise(SIGKILL); _exit(i));
    if (i % 3 == 0)
      kill(p, SIGTERM);
    if (i % 6 == 1)
      setpgid(p, 0);
  }
  ms(10);
  while (got < n) {
    ms1(1);
    int s;
    if (waitpid(-1, &s, WNOHANG) < 0 && errno == ECHILD)
      break;
  }
  return 0;
}
