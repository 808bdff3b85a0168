// claim: A descriptor that is closed leaves every epoll set that it was in.
// topic: descriptors and files
// origin: questions and answers
// expected: incomplete
// because: the registration goes with the open file description: while a duplicate or a child holds that, events go on under the old number
// source: epoll(7) under Questions and answers; fs/eventpoll.c eventpoll_release_file()
//
// as claimed: no event comes after the only descriptor was closed
// otherwise: an event comes for the closed number while a duplicate is open
#include "claim.h"
#include <sys/epoll.h>

static int events_after_close(int duplicates) {
  int ends[2], set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = 0}, got;
  NEED(set >= 0 && pipe(ends) == 0);
  NEED(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
  if (duplicates) NEED(dup(ends[0]) >= 0);
  NEED(write(ends[1], "x", 1) == 1 && close(ends[0]) == 0);
  return epoll_wait(set, &got, 1, 0);
}

static int none(void) { SEEN_IF(events_after_close(0) == 0); }
static int one(void) { SEEN_IF(events_after_close(1) == 1); }

HISTORIES(none, one)
