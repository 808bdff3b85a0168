// claim: When the first process of a container ends, all others in it are killed.
// topic: orphans
// origin: man page
// expected: true
// because: the init of a pid namespace takes its namespace with it: SIGKILL, which nobody can block, before init itself can be waited for
// source: pid_namespaces(7); kernel/pid_namespace.c zap_pid_ns_processes()
//
// as claimed: its child is dead when init has been waited for
// otherwise: its child lives on, with another parent
#include "claim.h"
#include <sched.h>

static int held[2];
static void container(void) {
  NEED(unshare(CLONE_NEWPID) == 0);
  pid_t init = fork();
  NEED(init >= 0);
  if (init == 0) {
    pid_t pid = fork();
    NEED(pid >= 0);
    if (pid == 0) {
      signal(SIGTERM, SIG_IGN);
      signal(SIGHUP, SIG_IGN);
      for (;;) pause();
    }
    _exit(0);
  }
  NEED(status_of(init) == 0);
  _exit(0);
}
/* The child holds the write end of a pipe while it lives. */
static int child_lives(void) {
  char byte;
  NEED(pipe2(held, O_NONBLOCK) == 0 && ended(container) == 0 && close(held[1]) == 0);
  ssize_t count = read(held[0], &byte, 1);
  NEED(count == 0 || errno == EAGAIN);
  return count != 0;
}

static int is_dead(void) { SEEN_IF(!child_lives()); }
static int lives(void) { SEEN_IF(child_lives()); }

HISTORIES(is_dead, lives)
