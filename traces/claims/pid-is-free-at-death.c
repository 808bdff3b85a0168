// claim: The number of a process can be given to another as soon as it is dead.
// topic: zombies and wait
// origin: folklore
// expected: incomplete
// because: a zombie keeps it, and so does a group or session that bears it: only wait makes the number free
// source: wait(2), fork(2), clone3(2) under set_tid; kernel/pid.c free_pid()
//
// as claimed: a child that was waited for: its number can be had
// otherwise: a zombie: its number is in use
#include "claim.h"
#include <linux/sched.h>
#include <stdint.h>
#include <sys/syscall.h>

/* A new process with this number; 0, or the error. */
static int make_with_number(pid_t number) {
  struct clone_args args = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&number, .set_tid_size = 1};
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) _exit(0);
  if (pid > 0) return 0;
  NEED(errno == EEXIST);
  return errno;
}
static void nothing(void) { _exit(0); }
static int number_after(int options) {
  siginfo_t info;
  pid_t pid = child(nothing);
  NEED(waitid(P_PID, (id_t)pid, &info, WEXITED | options) == 0);
  return make_with_number(pid);
}

static int is_free(void) { SEEN_IF(number_after(0) == 0); }
static int is_in_use(void) { SEEN_IF(number_after(WNOWAIT) == EEXIST); }

HISTORIES(is_free, is_in_use)
