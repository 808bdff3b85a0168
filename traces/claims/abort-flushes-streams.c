// claim: abort closes and flushes the open streams before the program ends.
// topic: exit
// origin: textbook
// expected: false
// because: POSIX no longer asks for it, and the C library stopped doing it (glibc 2.27): abort may run in a signal handler
// source: abort(3), POSIX abort() under CHANGE HISTORY
//
// as claimed: the text is in the file after abort
// otherwise: the file is empty after abort
#include "claim.h"

static void body(void) {
  FILE *out = fopen("out", "w");
  NEED(out != NULL && fputs("text", out) >= 0);
  abort();
}

static int is_there(void) { NEED(WTERMSIG(ended(body)) == SIGABRT); SEEN_IF(size_of("out") == 4); }
static int is_lost(void) { NEED(WTERMSIG(ended(body)) == SIGABRT); SEEN_IF(size_of("out") == 0); }

HISTORIES(is_there, is_lost)
