/* An interactive shell on a pseudo-terminal with a job in its background, for the programs of the ledger. */
#include "claim.h"
#include <pty.h>

/* What the job, this program itself, saw. */
struct job {
  int ignored; /* SIGHUP was ignored when it began */
  int got;     /* the shell had sent it SIGHUP when it was dead */
};

static inline void note(const char *path, long number) {
  char text[32];
  int fd = open("part", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int size = snprintf(text, sizeof text, "%ld", number);
  NEED(fd >= 0 && write(fd, text, (size_t)size) == size && close(fd) == 0 && rename("part", path) == 0);
}

/* The number in a file, as soon as it is there. */
static inline long noted(const char *path) {
  for (int i = 0; i < 5000; i++, usleep(1000)) {
    long number;
    FILE *file = fopen(path, "r");
    if (file == NULL) continue;
    int found = fscanf(file, "%ld", &number);
    fclose(file);
    if (found == 1) return number;
  }
  NEED(!"the shell did not do what it was told");
  return -1;
}

/* The job: it takes a SIGHUP, or SIGUSR1, by which it is told that no SIGHUP will come. */
static inline int be_the_job(void) {
  sigset_t set;
  siginfo_t info;
  struct sigaction action;
  NEED(sigaction(SIGHUP, NULL, &action) == 0);
  note("ignored", action.sa_handler == SIG_IGN);
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGUSR1);
  NEED(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  note("job", getpid());
  int got = sigwaitinfo(&set, &info);
  note("sender", got == SIGHUP ? info.si_pid : 0);
  return 0;
}

/* Start an interactive shell, have it start the job, type one more line, and take the terminal away. */
static inline struct job hang_up(const char *const argv[], const char *then) {
  int master;
  char lines[256];
  if (access(argv[0], X_OK) != 0) {
    fprintf(stderr, "there is no %s\n", argv[0]);
    _exit(CANNOT);
  }
  fflush(NULL);
  pid_t shell = forkpty(&master, NULL, NULL, NULL);
  NEED(shell >= 0);
  if (shell == 0) {
    char *const envp[] = {"PATH=/usr/bin:/bin", "PS1=", "TERM=dumb", NULL};
    execve(argv[0], (char *const *)argv, envp);
    _exit(CANNOT);
  }
  int size = snprintf(lines, sizeof lines, "/program job &\n%s\necho 1 >typed\n", then);
  NEED(write(master, lines, (size_t)size) == size);
  pid_t pid = (pid_t)noted("job");
  noted("typed");
  NEED(close(master) == 0);
  status_of(shell);
  kill(pid, SIGUSR1);
  return (struct job){.ignored = (int)noted("ignored"), .got = noted("sender") == shell};
}

#define SHELL_HISTORIES(...)                                                         \
  static int (*const histories[])(void) = {__VA_ARGS__};                             \
  int main(int argc, char **argv) {                                                  \
    NEED(argc > 1);                                                                  \
    if (strcmp(argv[1], "job") == 0) return be_the_job();                            \
    unsigned long number = strtoul(argv[1], NULL, 10);                               \
    NEED(number >= 1 && number <= sizeof histories / sizeof *histories);             \
    _exit(histories[number - 1]());                                                  \
  }

static const char *const bash[] = {"/bin/bash", "--norc", "--noprofile", "-i", NULL};
static const char *const dash[] = {"/bin/dash", "-i", NULL};
