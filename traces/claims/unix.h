/* A server on a UNIX socket, for the programs of the ledger. */
#include "claim.h"
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static const char *name;
static size_t length;
/* 0, or the error of bind. */
static inline int bind_to_name(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  NEED(fd >= 0);
  memcpy(address.sun_path, name, length);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  return bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, 1) == 0 ? 0 : errno;
}
static inline void server(void) {
  NEED(bind_to_name() == 0);
  raise(SIGKILL);
}
