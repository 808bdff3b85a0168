// claim: The first write to a socket whose other side has died fails with EPIPE.
// topic: sockets
// origin: tutorial
// expected: incomplete
// because: so it is in one machine's UNIX sockets; over TCP the write succeeds, the answer to it is RST, and a later one fails
// source: tcp(7), unix(7); net/ipv4/tcp.c tcp_sendmsg_locked()
//
// as claimed: a UNIX socket: EPIPE
// otherwise: TCP: the first write succeeds, a later one fails
#include "tcp.h"

static int keep;
static void wait_to_die(void) {
  NEED(fcntl(keep, F_GETFD) >= 0);
  for (;;) pause();
}
static void die_with(int fd) {
  keep = fd;
  pid_t pid = child(wait_to_die);
  NEED(close(fd) == 0 && kill(pid, SIGKILL) == 0 && status_of(pid) == SIGKILL);
}

static int local(void) {
  int ends[2];
  NEED(signal(SIGPIPE, SIG_IGN) != SIG_ERR && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  die_with(ends[1]);
  SEEN_IF(write(ends[0], "x", 1) == -1 && errno == EPIPE);
}
static int tcp(void) {
  NEED(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
  int listener = listener_at_port(0), client = connected();
  die_with(accepted(listener));
  wait_for_news(client);
  if (write(client, "x", 1) != 1) return NOT_SEEN;
  for (int i = 0; i < 1000; i++) {
    if (write(client, "x", 1) == -1) SEEN_IF(errno == EPIPE || errno == ECONNRESET);
    usleep(1000);
  }
  return NOT_SEEN;
}

HISTORIES(local, tcp)
