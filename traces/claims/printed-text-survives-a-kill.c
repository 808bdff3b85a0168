// claim: Text that a program has printed to a file is in the file when a signal kills the program, for the kernel closes its files.
// topic: exit
// origin: folklore
// expected: false
// because: the text is in a buffer of the C library, which the kernel knows nothing of: only what was flushed is written
// source: stdio(3), setvbuf(3), _exit(2)
//
// as claimed: the text is in the file
// otherwise: the file is empty
#include "claim.h"

static void body(void) {
  FILE *out = fopen("out", "w");
  NEED(out != NULL && fprintf(out, "a line\n") == 7);
  raise(SIGTERM);
}

static int is_there(void) { NEED(ended(body) == SIGTERM); SEEN_IF(size_of("out") == 7); }
static int is_lost(void) { NEED(ended(body) == SIGTERM); SEEN_IF(size_of("out") == 0); }

HISTORIES(is_there, is_lost)
