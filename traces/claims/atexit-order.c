// claim: Functions registered with atexit run in the order in which they were registered.
// topic: exit
// origin: folklore
// expected: false
// because: the list is a stack: the last one registered runs first, so that it can rely on what was set up before it
// source: atexit(3), POSIX atexit()
//
// as claimed: the first one runs first
// otherwise: the last one runs first
#include "claim.h"

static void note(const char *text) {
  int fd = open("order", O_WRONLY | O_CREAT | O_APPEND, 0600);
  NEED(fd >= 0 && write(fd, text, 1) == 1);
}
static void first(void) { note("1"); }
static void second(void) { note("2"); }
static void body(void) {
  NEED(atexit(first) == 0 && atexit(second) == 0);
  exit(0);
}
static int is_order(const char *expected) {
  char order[3] = "";
  NEED(ended(body) == 0);
  int fd = open("order", O_RDONLY);
  NEED(fd >= 0 && read(fd, order, 2) == 2);
  return strcmp(order, expected) == 0;
}

static int as_registered(void) { SEEN_IF(is_order("12")); }
static int reversed(void) { SEEN_IF(is_order("21")); }

HISTORIES(as_registered, reversed)
