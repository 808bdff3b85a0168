// claim: What stdio has buffered before fork is written twice when the child calls exit, as its parent does.
// topic: exit
// origin: questions and answers
// expected: true
// because: the buffer is memory, which fork copies, and exit flushes it in both; the child should call _exit
// source: fork(2), exit(3), POSIX fork() under RATIONALE
//
// as claimed: the file has the text twice
// otherwise: the file has the text once
#include "claim.h"

static void body(void) {
  FILE *out = fopen("out", "w");
  NEED(out != NULL && fputs("once", out) >= 0);
  pid_t pid = fork();
  NEED(pid >= 0);
  if (pid > 0) NEED(status_of(pid) == 0);
  exit(0);
}

static int twice(void) { NEED(ended(body) == 0); SEEN_IF(size_of("out") == 8); }
static int once(void) { NEED(ended(body) == 0); SEEN_IF(size_of("out") == 4); }

HISTORIES(twice, once)
