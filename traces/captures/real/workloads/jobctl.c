#include "u.h"
/* a job-control shell by hand: foreground, stop, background read, background write with TOSTOP, fg again; orphaned
 * groups */
static int t;
static pid_t sh;
static pid_t job(int fg, void (*f)(void)) {
  pid_t p = fork();
  if (!p) {
    setpgid(0, 0);
    if (fg)
      tcsetpgrp(t, getpid());
    int s[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD};
    for (int i = 0; i < 6; i++)
      signal(s[i], SIG_DFL);
    f();
    _exit(0);
  }
  setpgid(p, p);
  if (fg)
    tcsetpgrp(t, p);
  return p;
}
static void rd(void) {
  char b[64];
  int n = read(t, b, 64);
  _exit(n < 0 ? errno : n);
}
static void wr(void) {
  int n = write(t, "out\n", 4);
  _exit(n < 0 ? errno : n);
}
static void slp(void) { ms(400); }
static void stp(void) {
  raise(SIGTSTP);
  raise(SIGSTOP);
  _exit(2);
}
static void sett(void) {
  struct termios m;
  tcgetattr(t, &m);
  tcsetattr(t, TCSADRAIN, &m);
  tcflush(t, TCIFLUSH);
  tcsendbreak(t, 0);
  struct winsize w = {30, 90};
  ioctl(t, TIOCSWINSZ, &w);
  _exit(4);
}
static void ign(void) {
  signal(SIGTTIN, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  char b[9];
  int n = read(t, b, 9);
  int k = write(t, "x", 1);
  tcsetpgrp(t, getpgrp());
  _exit(n < 0 ? errno : 0);
}
static void blkd(void) {
  blk(SIGTTOU);
  blk(SIGTTIN);
  char b[9];
  int n = read(t, b, 9);
  tcsetpgrp(t, getpgrp());
  write(t, "y", 1);
  _exit(n < 0 ? errno : 0);
}
static void pipe2p(void) {
  int p[2];
  pipe(p);
  if (!fork()) {
    dup2(p[1], 1);
    close(p[0]);
    write(1, "data", 4);
    ms(3);
    _exit(0);
  }
  close(p[1]);
  char b[9];
  while (read(p[0], b, 9) > 0)
    ;
  wait(0);
}
static int st;
static int wt(pid_t p) {
  int r;
  while ((r = waitpid(p, &st, WUNTRACED | WCONTINUED)) < 0 && errno == EINTR)
    ;
  return st;
}
static void cont(pid_t p, int fg) {
  if (fg)
    tcsetpgrp(t, p);
  kill(-p, SIGCONT);
}
static void back(void) { tcsetpgrp(t, getpgrp()); }
static void shell(char *name, int m) {
  sh = getpid();
  setsid();
  t = open(name, O_RDWR);
  ioctl(t, TIOCSCTTY, 0);
  close(m);
  int s[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};
  for (int i = 0; i < 5; i++)
    signal(s[i], SIG_IGN);
  tcsetpgrp(t, getpid());
  tcgetsid(t);
  pid_t j = job(0, rd);
  wt(j);
  cont(j, 0);
  wt(j);
  wt(j);
  cont(j, 1);
  write(1, "1", 1);
  wt(j);
  while (!WIFEXITED(st) && !WIFSIGNALED(st))
    wt(j);
  back();
  struct termios m0;
  tcgetattr(t, &m0);
  m0.c_lflag |= TOSTOP;
  tcsetattr(t, TCSANOW, &m0);
  j = job(0, wr);
  wt(j);
  cont(j, 1);
  while (wt(j), WIFSTOPPED(st) || WIFCONTINUED(st))
    ;
  back();
  m0.c_lflag &= ~TOSTOP;
  tcsetattr(t, TCSANOW, &m0);
  j = job(0, wr);
  wt(j);
  j = job(0, sett);
  wt(j);
  cont(j, 1);
  while (wt(j), WIFSTOPPED(st) || WIFCONTINUED(st))
    ;
  back();
  j = job(0, ign);
  while (wt(j), WIFSTOPPED(st) || WIFCONTINUED(st))
    ;
  back();
  j = job(0, blkd);
  while (wt(j), WIFSTOPPED(st) || WIFCONTINUED(st))
    ;
  back();
  j = job(1, stp);
  wt(j);
  back();
  cont(j, 1);
  do
    wt(j);
  while (WIFCONTINUED(st));
  back();
  cont(j, 0);
  while (wt(j), WIFCONTINUED(st))
    ;
  j = job(1, slp);
  write(1, "2", 1);
  wt(j);
  back();
  j = job(1, slp);
  write(1, "3", 1);
  wt(j);
  back();
  cont(j, 0);
  wt(j);
  kill(-j, SIGHUP);
  wt(j);
  j = job(1, slp);
  write(1, "4", 1);
  wt(j);
  back();
  j = job(1, pipe2p);
  wt(j);
  back();
  pid_t k[3];
  for (int i = 0; i < 3; i++)
    k[i] = job(0, i == 1 ? stp : slp);
  kill(-k[0], SIGSTOP);
  wt(k[0]);
  wt(k[1]);
  tcsetpgrp(t, 999999);
  tcsetpgrp(99, 1);
  tcsetpgrp(t, getppid());
  /* an orphaned group with a stopped member */
  pid_t o = fork();
  if (!o) {
    setpgid(0, 0);
    if (!fork()) {
      signal(SIGHUP, SIG_DFL);
      signal(SIGTSTP, SIG_DFL);
      raise(SIGSTOP);
      _exit(0);
    }
    if (!fork()) {
      on(SIGHUP, h, 0);
      on(SIGCONT, h, 0);
      signal(SIGTSTP, SIG_DFL);
      ms(12);
      raise(SIGTSTP);
      char b[9];
      int n = read(t, b, 9);
      _exit(n < 0 ? errno : 0);
    }
    ms(6);
    _exit(0);
  }
  wt(o);
  ms(15);
  _exit(0);
}
int main() {
  int m = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(m);
  unlockpt(m);
  char nm[64];
  ptsname_r(m, nm, 64);
  int c[2];
  pipe(c);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t s = fork();
  if (!s) {
    close(c[0]);
    dup2(c[1], 1);
    shell(nm, m);
  }
  close(c[1]);
  char b[512], k;
  struct pollfd pf[2] = {{c[0], POLLIN}, {m, POLLIN}};
  int open_ = 1;
  while (open_) {
    if (poll(pf, 2, 2000) <= 0)
      break;
    if (pf[1].revents & POLLIN) {
      if (read(m, b, 512) <= 0)
        break;
    } else if (pf[1].revents)
      pf[1].fd = -1;
    if (pf[0].revents) {
      if (read(c[0], &k, 1) <= 0) {
        open_ = 0;
        break;
      }
      ms(5);
      if (k == '1')
        write(m, "hello\n", 6);
      if (k == '2')
        write(m, "\003", 1);
      if (k == '3')
        write(m, "\032", 1);
      if (k == '4')
        write(m, "\034", 1);
    }
  }
  close(m);
  int st;
  while (wait(&st) > 0 || errno == EINTR)
    ;
  return 0;
}
