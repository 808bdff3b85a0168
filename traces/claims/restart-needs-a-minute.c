// claim: Without SO_REUSEADDR a server that is restarted cannot bind its port for a minute or two.
// topic: sockets
// origin: tutorial
// expected: incomplete
// because: only if the server closed first and so has the TIME_WAIT, which lasts 60 seconds; if the client did, or the connection was reset, the port is free
// source: tcp(7), socket(7); net/ipv4/tcp_minisocks.c tcp_time_wait(), inet_connection_sock.c inet_csk_get_port()
//
// as claimed: the server closed first and died: EADDRINUSE
// otherwise: the client closed first: the port can be bound at once
#include "tcp.h"

static int server_first, ready[2];
static void server(void) {
  char byte;
  int listener = listener_at_port(0);
  NEED(write(ready[1], "", 1) == 1);
  int connection = accepted(listener);
  if (!server_first) NEED(read(connection, &byte, 1) == 0);
  _exit(0);
}
static int bind_after_death(void) {
  char byte;
  NEED(pipe(ready) == 0);
  pid_t pid = child(server);
  NEED(read(ready[0], &byte, 1) == 1);
  int client = connected();
  if (server_first) NEED(read(client, &byte, 1) == 0);
  NEED(close(client) == 0 && status_of(pid) == 0);
  return bind_to_port(new_socket(), 0);
}

static int is_in_use(void) { server_first = 1; SEEN_IF(bind_after_death() == EADDRINUSE); }
static int is_free(void) { SEEN_IF(bind_after_death() == 0); }

HISTORIES(is_in_use, is_free)
