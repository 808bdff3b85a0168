// claim: A function registered with atexit runs when the program ends.
// topic: exit
// origin: textbook
// expected: incomplete
// because: the C library runs it in exit and at the return from main; _exit, abort, exec and every fatal signal pass it by
// source: atexit(3), _exit(2), POSIX exit()
//
// as claimed: it runs at exit
// otherwise: it does not run at _exit
// otherwise: it does not run when SIGTERM ends the program
// otherwise: it does not run at abort
#include "claim.h"

static void handler(void) { make_file("ran"); }
static void register_it(void) { NEED(atexit(handler) == 0); }

static void by_exit(void) { register_it(); exit(0); }
static void by_underscore_exit(void) { register_it(); _exit(0); }
static void by_signal(void) { register_it(); raise(SIGTERM); }
static void by_abort(void) { register_it(); abort(); }

static int runs_at_exit(void) { SEEN_IF(ended(by_exit) == 0 && exists("ran")); }
static int not_at_underscore_exit(void) { SEEN_IF(ended(by_underscore_exit) == 0 && !exists("ran")); }
static int not_at_signal(void) { SEEN_IF(ended(by_signal) == SIGTERM && !exists("ran")); }
static int not_at_abort(void) { SEEN_IF(WTERMSIG(ended(by_abort)) == SIGABRT && !exists("ran")); }

HISTORIES(runs_at_exit, not_at_underscore_exit, not_at_signal, not_at_abort)
