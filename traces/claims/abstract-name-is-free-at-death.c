// claim: The abstract name of a UNIX socket is free again as soon as the server is dead.
// topic: sockets
// origin: man page
// expected: true
// because: it is no file and lives with the socket, which nobody else has open
// source: unix(7) under Abstract sockets; net/unix/af_unix.c unix_release_sock()
//
// as claimed: the name can be bound at once
// otherwise: bind fails with EADDRINUSE
#include "unix.h"

static int bind_after_death(void) {
  name = "\0ledger";
  length = sizeof "\0ledger" - 1;
  NEED(ended(server) == SIGKILL);
  return bind_to_name();
}

static int is_free(void) { SEEN_IF(bind_after_death() == 0); }
static int is_in_use(void) { SEEN_IF(bind_after_death() == EADDRINUSE); }

HISTORIES(is_free, is_in_use)
