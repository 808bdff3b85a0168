// claim: disown makes a job immune to SIGHUP.
// topic: process groups, sessions and terminals
// origin: questions and answers
// expected: false
// because: the shell strikes the job off its list and so does not send it SIGHUP itself; the job keeps its disposition, session and terminal
// source: bash(1) under disown
//
// as claimed: the disowned job ignores SIGHUP
// otherwise: the disowned job gets nothing from the shell, and does not ignore SIGHUP
#include "shell.h"

static int ignores(void) { SEEN_IF(hang_up(bash, "disown").ignored); }
static int only_spared(void) {
  struct job job = hang_up(bash, "disown");
  SEEN_IF(!job.ignored && !job.got);
}

SHELL_HISTORIES(ignores, only_spared)
