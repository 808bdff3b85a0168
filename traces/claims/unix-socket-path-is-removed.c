// claim: The file of a UNIX socket is removed when the server closes the socket or ends.
// topic: sockets
// origin: folklore
// expected: false
// because: the file stays until somebody unlinks it, and a new server that binds the path gets EADDRINUSE
// source: unix(7) under NOTES; net/unix/af_unix.c unix_release_sock()
//
// as claimed: the path is gone when the server is dead
// otherwise: the path is there, and bind fails with EADDRINUSE
#include "unix.h"

static void serve_and_die(void) {
  name = "socket";
  length = sizeof "socket";
  NEED(ended(server) == SIGKILL);
}

static int is_gone(void) { serve_and_die(); SEEN_IF(!exists(name)); }
static int is_there(void) { serve_and_die(); SEEN_IF(exists(name) && bind_to_name() == EADDRINUSE); }

HISTORIES(is_gone, is_there)
