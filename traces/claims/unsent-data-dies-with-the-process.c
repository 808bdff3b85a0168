// claim: Data that a process has written to a socket and that was not sent yet is lost when the process ends.
// topic: sockets
// origin: folklore
// expected: false
// because: the kernel goes on sending it, and closes the connection after it; a reset, by the other side or by SO_LINGER 0, is what loses it
// source: tcp(7), socket(7); net/ipv4/tcp.c __tcp_close()
//
// as claimed: the other side gets only a part
// otherwise: the other side gets it all, long after the process is dead
#include "tcp.h"

static int listener, report[2];
static void fill_and_die(void) {
  static char block[65536];
  long written = 0;
  int server = accepted(listener);
  NEED(fcntl(server, F_SETFL, O_NONBLOCK) == 0);
  for (ssize_t count; (count = write(server, block, sizeof block)) > 0;) written += count;
  NEED(write(report[1], &written, sizeof written) == sizeof written);
  raise(SIGKILL);
}
/* Bytes that the other side misses. */
static long missing(void) {
  static char block[65536];
  long written, got = 0;
  ssize_t count;
  listener = listener_at_port(0);
  int client = connected();
  NEED(pipe(report) == 0);
  NEED(ended(fill_and_die) == SIGKILL && close(listener) == 0);
  NEED(read(report[0], &written, sizeof written) == sizeof written && written > 100000);
  while ((count = read(client, block, sizeof block)) > 0) got += count;
  return written - got;
}

static int is_lost(void) { SEEN_IF(missing() > 0); }
static int arrives(void) { SEEN_IF(missing() == 0); }

HISTORIES(is_lost, arrives)
