// claim: When the terminal goes away, the shell sends SIGHUP to its background jobs.
// topic: process groups, sessions and terminals
// origin: man page
// expected: incomplete
// because: bash does, for the jobs that are in its list; plain POSIX shells such as dash do not, and the kernel sends running background jobs nothing
// source: bash(1) under SIGNALS, dash(1)
//
// as claimed: a job of bash gets SIGHUP from bash
// otherwise: a job of dash gets none
// otherwise: a job that bash was told to disown gets none
#include "shell.h"

static int from_bash(void) { SEEN_IF(hang_up(bash, "").got); }
static int none_from_dash(void) { SEEN_IF(!hang_up(dash, "").got); }
static int none_when_disowned(void) { SEEN_IF(!hang_up(bash, "disown").got); }

SHELL_HISTORIES(from_bash, none_from_dash, none_when_disowned)
