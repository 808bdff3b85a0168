#include "u.h"
int main() {
  for (int k = 0; k < 14; k++) {
    pid_t p = fork();
    if (!p) {
      on(SIGUSR1, h, k % 2 ? SA_RESETHAND : 0);
      if (k % 3 == 0)
        blk(SIGUSR1);
      if (k % 4 == 0) {
        CH(ms(1));
        wait(0);
      }
      if (k % 5 == 0)
        execl("/bin/true", "true", NULL);
      for (volatile int i = 0; i < 20000 * k; i++)
        ;
      if (k % 3 == 0)
        unblk(SIGUSR1);
      _exit(k);
    }
    for (int i = 0; i < k % 5; i++)
      CH(kill(p, i % 3 == 0 ? SIGUSR1 : i % 3 == 1 ? SIGSTOP : SIGCONT); if (i == 3) kill(p, SIGKILL));
    for (volatile int i = 0; i < 9000 * k; i++)
      ;
    kill(p, k % 2 ? SIGUSR1 : SIGCONT);
    if (k % 4 == 3) {
      kill(p, SIGSTOP);
      kill(p, SIGCONT);
    }
    int s;
    for (;;) {
      pid_t r = waitpid(p, &s, WUNTRACED | WCONTINUED);
      if (r < 0)
        break;
      if (WIFSTOPPED(s))
        kill(p, SIGCONT);
      if (WIFEXITED(s) || WIFSIGNALED(s))
        break;
    }
  }
  pid_t g = CH(setpgid(0, 0); for (int i = 0; i < 6; i++) CH(for (;;) {
                 pid_t q = fork();
                 if (!q)
                   _exit(0);
                 if (q > 0)
                   waitpid(q, 0, 0);
               });
               pause());
  setpgid(g, g);
  ms(8);
  kill(-g, SIGSTOP);
  ms(2);
  kill(-g, SIGKILL);
  while (wait(0) > 0 || errno == EINTR)
    ;
  int s;
  blk(SIGUSR2);
  pid_t a = CH(for (int i = 0; i < 30; i++) kill(getppid(), SIGUSR2)),
        b = CH(for (int i = 0; i < 30; i++) kill(getppid(), SIGUSR2));
  on(SIGUSR2, h, 0);
  sigset_t e;
  sigemptyset(&e);
  for (int i = 0; i < 10; i++)
    sigsuspend(&e);
  unblk(SIGUSR2);
  reap();
  a = CH(on(SIGTERM, h, 0); while (!got) pause(); _exit(5));
  ms(1);
  kill(a, SIGTERM);
  kill(a, SIGTERM);
  W(a);
  for (int i = 0; i < 8; i++) {
    a = CH(raise(SIGTSTP); _exit(1));
    waitpid(a, &s, WUNTRACED);
    if (i % 2)
      kill(a, SIGCONT);
    kill(a, i % 3 ? SIGKILL : SIGTERM);
    kill(a, SIGCONT);
    W(a);
  }
  return 0;
}
