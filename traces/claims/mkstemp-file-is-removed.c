// claim: A temporary file made with mkstemp is removed when the program exits.
// topic: exit
// origin: folklore
// expected: false
// because: it is a file like any other: whoever wants it gone unlinks it, best at once, or uses tmpfile
// source: mkstemp(3), tmpfile(3)
//
// as claimed: the name leads nowhere after exit
// otherwise: the file is there after exit
#include "claim.h"

static char name[] = "temporary-XXXXXX";
static void body(void) {
  int fd = mkstemp(name);
  NEED(fd >= 0 && symlink(name, "link") == 0);
  exit(0);
}

static int is_gone(void) { NEED(ended(body) == 0); SEEN_IF(!exists("link")); }
static int is_there(void) { NEED(ended(body) == 0); SEEN_IF(exists("link")); }

HISTORIES(is_gone, is_there)
