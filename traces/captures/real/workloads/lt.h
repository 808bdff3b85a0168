/* the frame of a kernel test suite: a library process, a test process in a group of its own, results in a shared file,
 * checkpoints by futex */
#include "u.h"
struct ipc {
  int passed, failed;
  int f[16];
};
static struct ipc *R;
static pid_t lib, tpid;
static char shmn[64];
static void tst(void);
#define T(x)                                                                                                           \
  do {                                                                                                                 \
    long _r = (long)(x);                                                                                               \
    if (_r < 0)                                                                                                        \
      __sync_fetch_and_add(&R->failed, 1);                                                                             \
    else                                                                                                               \
      __sync_fetch_and_add(&R->passed, 1);                                                                             \
  } while (0)
#define E(x)                                                                                                           \
  do {                                                                                                                 \
    long _r = (long)(x);                                                                                               \
    if (_r < 0)                                                                                                        \
      __sync_fetch_and_add(&R->passed, 1);                                                                             \
    else                                                                                                               \
      __sync_fetch_and_add(&R->failed, 1);                                                                             \
  } while (0)
static void cp_wait(int i) {
  struct timespec t = {5, 0};
  while (SYS(futex, &R->f[i], FUTEX_WAIT, R->f[i], &t, 0, 0) < 0 && errno == EINTR)
    ;
}
static void cp_wake(int i) {
  int n = 0, c = 0;
  do {
    c += SYS(futex, &R->f[i], FUTEX_WAKE, 1, 0, 0, 0);
    if (c >= 1)
      break;
    ms1(1);
  } while (++n < 3000);
}
static void hb(int s) { alarm(5); }
static void al(int s) {
  static int n;
  if (tpid) {
    kill(-tpid, SIGKILL);
    if (++n > 3)
      _exit(9);
    alarm(1);
  }
}
static void heartbeat(void) { kill(getppid(), SIGUSR1); }
int main(void) {
  lib = getpid();
  snprintf(shmn, 64, "/dev/shm/ltp_t_%d", lib);
  int fd = open(shmn, O_CREAT | O_EXCL | O_RDWR, 0600);
  chmod(shmn, 0666);
  ftruncate(fd, 4096);
  R = mmap(0, 4096, 3, MAP_SHARED, fd, 0);
  close(fd);
  char d[] = "LTP_tXXXXXX";
  mkdtemp(d);
  chdir(d);
  struct sigaction a = {0};
  a.sa_handler = al;
  sigaction(SIGALRM, &a, 0);
  a.sa_handler = hb;
  sigaction(SIGUSR1, &a, 0);
  alarm(8);
  fflush(stdout);
  tpid = fork();
  if (!tpid) {
    signal(SIGALRM, SIG_DFL);
    signal(SIGUSR1, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    setpgid(0, 0);
    tst();
    heartbeat();
    ms1(1);
    while (waitpid(-1, 0, WNOHANG) > 0)
      ;
    exit(0);
  }
  signal(SIGINT, SIG_IGN);
  int st;
  while (waitpid(tpid, &st, 0) < 0 && errno == EINTR)
    ;
  alarm(0);
  while (waitpid(-1, &st, WNOHANG) > 0)
    ;
  if (kill(-tpid, SIGKILL) == 0)
    fprintf(stderr, "still running\n");
  unlink(shmn);
  munmap(R, 4096);
  chdir("..");
  char c[80];
  snprintf(c, 80, "rm -rf %s", d);
  system(c);
  return WIFEXITED(st) ? WEXITSTATUS(st) : 2;
}
