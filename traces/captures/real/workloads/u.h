#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#define SYS(n, ...) syscall(SYS_##n, ##__VA_ARGS__)
static inline void ms(int n) {
  struct timespec t = {n / 1000, (n % 1000) * 1000000L};
  while (nanosleep(&t, &t) < 0 && errno == EINTR)
    ;
}
static inline void ms1(int n) {
  struct timespec t = {n / 1000, (n % 1000) * 1000000L};
  nanosleep(&t, &t);
}
static volatile sig_atomic_t got;
static void h(int s) { got = s; }
static void hsi(int s, siginfo_t *i, void *c) { got = s; }
static void hw(int s) {
  int e = errno;
  got++;
  int st;
  pid_t p;
  while ((p = waitpid(-1, &st, WNOHANG)) > 0)
    ;
  errno = e;
}
static inline void on(int s, void (*f)(int), int fl) {
  struct sigaction a = {0};
  a.sa_handler = f;
  a.sa_flags = fl;
  sigemptyset(&a.sa_mask);
  sigaction(s, &a, 0);
}
static inline void onsi(int s, int fl) {
  struct sigaction a = {0};
  a.sa_sigaction = hsi;
  a.sa_flags = fl | SA_SIGINFO;
  sigfillset(&a.sa_mask);
  sigaction(s, &a, 0);
}
static inline void reap(void) {
  int st;
  while (wait(&st) > 0 || errno == EINTR)
    ;
}
static inline sigset_t one(int s) {
  sigset_t m;
  sigemptyset(&m);
  sigaddset(&m, s);
  return m;
}
static inline void blk(int s) {
  sigset_t m = one(s);
  sigprocmask(SIG_BLOCK, &m, 0);
}
static inline void unblk(int s) {
  sigset_t m = one(s);
  sigprocmask(SIG_UNBLOCK, &m, 0);
}
#define CH(...)                                                                                                        \
  ({                                                                                                                   \
    pid_t _p = fork();                                                                                                 \
    if (!_p) {                                                                                                         \
      __VA_ARGS__;                                                                                                     \
      _exit(0);                                                                                                        \
    }                                                                                                                  \
    _p;                                                                                                                \
  })
#define W(p)                                                                                                           \
  ({                                                                                                                   \
    int _s = 0;                                                                                                        \
    while (waitpid(p, &_s, 0) < 0 && errno == EINTR)                                                                   \
      ;                                                                                                                \
    _s;                                                                                                                \
  })
