/* What all these programs share. A program passes (exits 0) only if Linux did what its first comment says. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Unlike assert(3), ends a child with a status that its parent recognises and leaves no SIGABRT in the capture. */
#define NEED(condition)                                                                \
  do {                                                                                 \
    if (!(condition)) {                                                                \
      dprintf(2, "%s:%d: not so: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno); \
      _exit(99);                                                                       \
    }                                                                                  \
  } while (0)

#define NEED_ERROR(call, error) NEED((call) == -1 && errno == (error))

static inline pid_t start(void) {
  pid_t pid = fork();
  NEED(pid >= 0);
  return pid;
}

static inline void need_exited(pid_t pid, int code) {
  int status;
  NEED(waitpid(pid, &status, 0) == pid);
  NEED(WIFEXITED(status) && WEXITSTATUS(status) == code);
}

static inline void need_killed(pid_t pid, int signal) {
  int status;
  NEED(waitpid(pid, &status, 0) == pid);
  NEED(WIFSIGNALED(status) && WTERMSIG(status) == signal);
}

static inline void kill_and_reap(pid_t pid) {
  NEED(kill(pid, SIGKILL) == 0);
  need_killed(pid, SIGKILL);
}

/* One byte through a pipe: "I have come this far". */
static inline void tell(const int gate[2]) { NEED(write(gate[1], ".", 1) == 1); }

static inline void hear(const int gate[2]) {
  char byte;
  NEED(read(gate[0], &byte, 1) == 1);
}

static inline void make_pipe(int ends[2]) { NEED(pipe(ends) == 0); }

/* Gives another process time to go to sleep in a call. No program's result depends on it. */
static inline void let_it_block(void) { usleep(20000); }

static inline int open_file(void) {
  int fd = open("f", O_RDWR | O_CREAT, 0600);
  NEED(fd >= 0);
  return fd;
}

static inline struct flock whole_file(short type) { return (struct flock){.l_type = type, .l_whence = SEEK_SET}; }

static inline int lock(int fd, int command, short type) {
  struct flock range = whole_file(type);
  return fcntl(fd, command, &range);
}

/* The program itself again, as the image after an execve. */
static inline void run_again(const char *self, const char *argument) {
  execl(self, self, argument, (char *)NULL);
  NEED(!"execve returned");
}

static inline sigset_t set_of(int one, int other) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, one);
  sigaddset(&set, other);
  return set;
}

static inline void block(int one, int other) {
  sigset_t set = set_of(one, other);
  NEED(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
}

/* One operation on the only semaphore of a set. */
static inline int change(int id, short by, short flags) {
  struct sembuf operation = {0, by, flags};
  return semop(id, &operation, 1);
}

static inline void need_nattch(int id, unsigned long expected) {
  struct shmid_ds segment;
  NEED(shmctl(id, IPC_STAT, &segment) == 0);
  NEED(segment.shm_nattch == expected);
}
