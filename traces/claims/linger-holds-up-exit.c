// claim: A socket with SO_LINGER holds up the exit of its process until the data is sent or the time is over.
// topic: sockets
// origin: folklore
// expected: false
// because: only close and shutdown wait; a socket that exit closes lingers in the background
// source: socket(7) under SO_LINGER; net/socket.c sock_close(), net/ipv4/tcp.c (PF_EXITING)
//
// as claimed: the process is still there long after it has called _exit
// otherwise: a process that calls close is still there, one that calls _exit is gone
#include "tcp.h"

static int listener, closes, ready[2];
/* The other side reads nothing, so that what is written cannot all be sent. */
static void fill_and_end(void) {
  static char block[65536];
  struct linger linger = {.l_onoff = 1, .l_linger = 3600};
  int server = accepted(listener);
  NEED(fcntl(server, F_SETFL, O_NONBLOCK) == 0);
  while (write(server, block, sizeof block) > 0) continue;
  NEED(fcntl(server, F_SETFL, 0) == 0);
  NEED(setsockopt(server, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
  NEED(write(ready[1], "", 1) == 1);
  if (closes) close(server);
  _exit(0);
}
/* Whether the process is still there after so many milliseconds. */
static int is_held_up(int by_close, int patience) {
  char byte;
  int ended = 0;
  closes = by_close;
  listener = listener_at_port(1);
  NEED(pipe(ready) == 0);
  pid_t pid = child(fill_and_end);
  int client = connected();
  NEED(close(listener) == 0 && read(ready[0], &byte, 1) == 1);
  for (int i = 0; i < patience && !ended; i++, usleep(1000)) ended = waitpid(pid, NULL, WNOHANG) == pid;
  if (!ended) NEED(kill(pid, SIGKILL) == 0 && status_of(pid) == SIGKILL);
  NEED(close(client) == 0);
  return !ended;
}

static int exit_waits(void) { SEEN_IF(is_held_up(0, 3000)); }
static int only_close_waits(void) { SEEN_IF(is_held_up(1, 300) && !is_held_up(0, 3000)); }

HISTORIES(exit_waits, only_close_waits)
