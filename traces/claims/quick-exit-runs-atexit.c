// claim: quick_exit runs the functions that atexit registered, only faster.
// topic: exit
// origin: folklore
// expected: false
// because: it runs those of at_quick_exit alone, and flushes no stream
// source: at_quick_exit(3), C11 7.22.4.7
//
// as claimed: the function registered with atexit runs
// otherwise: only the function registered with at_quick_exit runs
#include "claim.h"

static void at_exit(void) { make_file("exit"); }
static void at_quick(void) { make_file("quick"); }
static void body(void) {
  NEED(atexit(at_exit) == 0 && at_quick_exit(at_quick) == 0);
  quick_exit(0);
}

static int runs(void) { NEED(ended(body) == 0); SEEN_IF(exists("exit")); }
static int only_quick(void) { NEED(ended(body) == 0); SEEN_IF(!exists("exit") && exists("quick")); }

HISTORIES(runs, only_quick)
