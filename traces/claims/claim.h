/*
 * What the programs of the ledger share. A program runs one of its histories, by number (1, 2 ... in the order of its
 * head), in an empty directory of fresh namespaces, and its exit status says whether that happened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEEN = 0, NOT_SEEN = 1, CANNOT = 2 };

/* A history's answer. */
#define SEEN_IF(condition) return (condition) ? SEEN : NOT_SEEN

/* What must work before anything is learnt. */
#define NEED(condition)                                                              \
  do {                                                                               \
    if (!(condition)) {                                                              \
      fprintf(stderr, "line %d: %s: %s\n", __LINE__, #condition, strerror(errno));   \
      _exit(CANNOT);                                                                 \
    }                                                                                \
  } while (0)

#define HISTORIES(...)                                                               \
  int main(int argc, char **argv) {                                                  \
    static int (*const histories[])(void) = {__VA_ARGS__};                           \
    unsigned long number = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;                \
    NEED(number >= 1 && number <= sizeof histories / sizeof *histories);             \
    _exit(histories[number - 1]());                                                  \
  }

/* A child that runs `body` and then stays in it: the body must end the process itself, or be killed. */
static inline pid_t child(void (*body)(void)) {
  fflush(NULL);
  pid_t pid = fork();
  NEED(pid >= 0);
  if (pid > 0) return pid;
  body();
  _exit(CANNOT);
}

static inline int status_of(pid_t pid) {
  int status;
  NEED(waitpid(pid, &status, 0) == pid);
  return status;
}

/* Run `body` in a child to its end; the wait status. */
static inline int ended(void (*body)(void)) { return status_of(child(body)); }

/* How many bytes the file has, -1 if there is none. */
static inline long size_of(const char *path) {
  struct stat found;
  return stat(path, &found) == 0 ? (long)found.st_size : -1;
}

static inline void make_file(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  NEED(fd >= 0);
  NEED(close(fd) == 0);
}

static inline int exists(const char *path) { return size_of(path) >= 0; }
