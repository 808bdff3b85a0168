// claim: It is enough that the restarted server sets SO_REUSEADDR to bind a port in TIME_WAIT.
// topic: sockets
// origin: tutorial
// expected: false
// because: both must have set it, the old server (whose connections have it from the listening socket) and the new one
// source: socket(7), ip(7); net/ipv4/inet_connection_sock.c inet_bind_conflict()
//
// as claimed: the new server sets it, the old one had not: the port can be bound
// otherwise: the new server sets it, the old one had not: EADDRINUSE
#include "tcp.h"

static int bind_with_reuse(void) {
  char byte;
  int listener = listener_at_port(0), client = connected(), server = accepted(listener);
  NEED(close(server) == 0 && read(client, &byte, 1) == 0);
  NEED(close(client) == 0 && close(listener) == 0);
  return bind_to_port(new_socket(), 1);
}

static int works(void) { SEEN_IF(bind_with_reuse() == 0); }
static int fails(void) { SEEN_IF(bind_with_reuse() == EADDRINUSE); }

HISTORIES(works, fails)
