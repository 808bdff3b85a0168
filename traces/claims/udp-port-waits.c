// claim: A server over UDP must wait like one over TCP before it can bind its port again.
// topic: sockets
// origin: folklore
// expected: false
// because: UDP has no connections and so no TIME_WAIT: the port goes with the last descriptor
// source: udp(7); net/ipv4/udp.c
//
// as claimed: EADDRINUSE when the server is dead
// otherwise: the port can be bound when the server is dead
#include "tcp.h"

static int bind_datagram_socket(void) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  NEED(fd >= 0);
  return bind_to_port(fd, 0);
}
static void server(void) {
  NEED(bind_datagram_socket() == 0);
  raise(SIGKILL);
}

static int is_in_use(void) { NEED(ended(server) == SIGKILL); SEEN_IF(bind_datagram_socket() == EADDRINUSE); }
static int is_free(void) { NEED(ended(server) == SIGKILL); SEEN_IF(bind_datagram_socket() == 0); }

HISTORIES(is_in_use, is_free)
