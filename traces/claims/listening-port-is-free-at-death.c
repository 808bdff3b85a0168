// claim: The port of a listening server is free as soon as the server process is dead.
// topic: sockets
// origin: folklore
// expected: incomplete
// because: a child that inherited the socket goes on holding the port, and accepts connections that nobody serves
// source: fork(2), listen(2); net/socket.c sock_close()
//
// as claimed: without children: the port can be bound at once
// otherwise: a child has the socket: EADDRINUSE
#include "tcp.h"

static int forks;
static void server(void) {
  listener_at_port(0);
  if (forks && fork() == 0)
    for (;;) pause();
  _exit(0);
}
static int bind_after_death(int with_child) {
  forks = with_child;
  NEED(ended(server) == 0);
  return bind_to_port(new_socket(), 0);
}

static int is_free(void) { SEEN_IF(bind_after_death(0) == 0); }
static int is_in_use(void) { SEEN_IF(bind_after_death(1) == EADDRINUSE); }

HISTORIES(is_free, is_in_use)
