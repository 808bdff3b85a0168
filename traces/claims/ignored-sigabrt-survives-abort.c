// claim: A program that blocks and ignores SIGABRT survives abort.
// topic: exit
// origin: folklore
// expected: false
// because: abort unblocks the signal, and when it has returned from it sets the default action and raises it again
// source: abort(3), POSIX abort()
//
// as claimed: abort returns
// otherwise: the program dies of SIGABRT
#include "claim.h"

static void body(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGABRT);
  NEED(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  NEED(signal(SIGABRT, SIG_IGN) != SIG_ERR);
  abort();
}

static int returns(void) { SEEN_IF(WIFEXITED(ended(body))); }
static int dies(void) { SEEN_IF(WTERMSIG(ended(body)) == SIGABRT); }

HISTORIES(returns, dies)
