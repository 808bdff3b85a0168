// claim: When a process dies, the other side of its TCP connection reads end-of-file.
// topic: sockets
// origin: tutorial
// expected: incomplete
// because: if the dead had not read all that was sent to it, the connection is reset: ECONNRESET, which may destroy data on its way
// source: tcp(7), RFC 2525 2.17; net/ipv4/tcp.c __tcp_close()
//
// as claimed: all was read: end-of-file
// otherwise: something was unread: ECONNRESET
#include "tcp.h"

static int server;
static void wait_to_die(void) {
  for (;;) pause();
}
/* 0 for end-of-file, or the error. */
static int seen_by_peer(int unread) {
  char byte;
  int listener = listener_at_port(0), client = connected();
  server = accepted(listener);
  if (unread) {
    NEED(write(client, "x", 1) == 1);
    wait_for_news(server);
  }
  pid_t pid = child(wait_to_die);
  NEED(close(server) == 0 && kill(pid, SIGKILL) == 0 && status_of(pid) == SIGKILL);
  wait_for_news(client);
  return read(client, &byte, 1) == 0 ? 0 : errno;
}

static int end_of_file(void) { SEEN_IF(seen_by_peer(0) == 0); }
static int reset(void) { SEEN_IF(seen_by_peer(1) == ECONNRESET); }

HISTORIES(end_of_file, reset)
