/* TCP over the loopback interface, for the programs of the ledger. */
#include "claim.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

enum { PORT = 4711 };

static inline struct sockaddr_in place(void) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* A socket that may be bound to the port; 0, or the error of bind. */
static inline int bind_to_port(int fd, int reuse) {
  struct sockaddr_in address = place();
  NEED(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) == 0);
  return bind(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

static inline int new_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  NEED(fd >= 0);
  return fd;
}

static inline int listener_at_port(int reuse) {
  int fd = new_socket();
  NEED(bind_to_port(fd, reuse) == 0 && listen(fd, 5) == 0);
  return fd;
}

static inline int connected(void) {
  int fd = new_socket();
  struct sockaddr_in address = place();
  NEED(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
  return fd;
}

static inline int accepted(int listener) {
  int fd = accept(listener, NULL, NULL);
  NEED(fd >= 0);
  return fd;
}

/* Wait until the socket has something to tell: data, the end, an error. */
static inline void wait_for_news(int fd) {
  struct pollfd watched = {.fd = fd, .events = POLLIN};
  NEED(poll(&watched, 1, 2000) == 1);
}
