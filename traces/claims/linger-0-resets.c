// claim: With SO_LINGER set to 0 seconds, close resets the connection and leaves no TIME_WAIT.
// topic: sockets
// origin: questions and answers
// expected: true
// because: the connection is ended with RST and what was not sent is dropped; so is it when the process dies
// source: socket(7), tcp(7); net/ipv4/tcp.c __tcp_close()
//
// as claimed: the peer of a dead process gets ECONNRESET, and the port is free
// otherwise: the peer of a dead process reads end-of-file
// otherwise: the port is in use
#include "tcp.h"

static int listener;
static void linger_and_die(void) {
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  int server = accepted(listener);
  NEED(setsockopt(server, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
  raise(SIGKILL);
}
static int peer_sees, bind_gives;
static void run(void) {
  char byte;
  listener = listener_at_port(0);
  int client = connected();
  NEED(ended(linger_and_die) == SIGKILL && close(listener) == 0);
  wait_for_news(client);
  peer_sees = read(client, &byte, 1) == 0 ? 0 : errno;
  NEED(close(client) == 0);
  bind_gives = bind_to_port(new_socket(), 0);
}

static int is_reset(void) { run(); SEEN_IF(peer_sees == ECONNRESET && bind_gives == 0); }
static int is_end(void) { run(); SEEN_IF(peer_sees == 0); }
static int in_use(void) { run(); SEEN_IF(bind_gives == EADDRINUSE); }

HISTORIES(is_reset, is_end, in_use)
