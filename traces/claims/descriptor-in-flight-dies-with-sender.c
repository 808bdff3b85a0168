// claim: A descriptor that was sent over a UNIX socket and not yet received is closed when its sender dies.
// topic: descriptors and files
// origin: folklore
// expected: false
// because: the message holds the open file description, for as long as the receiving socket lives
// source: unix(7) under SCM_RIGHTS; net/core/scm.c scm_fp_copy()
//
// as claimed: the reader of the pipe is at end-of-file when the sender of the write end is dead
// otherwise: the receiver takes the write end from the message of the dead and writes into the pipe
#include "claim.h"
#include <sys/socket.h>

static int ends[2], sockets[2];
static char space[CMSG_SPACE(sizeof(int))];
static struct msghdr message_with(struct iovec *data) {
  return (struct msghdr){.msg_iov = data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
}
static void sender(void) {
  char byte = 'x';
  struct iovec data = {&byte, 1};
  struct msghdr message = message_with(&data);
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  *head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  memcpy(CMSG_DATA(head), &ends[1], sizeof(int));
  NEED(sendmsg(sockets[0], &message, 0) == 1);
  raise(SIGKILL);
}
static void send_and_die(void) {
  NEED(pipe2(ends, O_NONBLOCK) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  NEED(ended(sender) == SIGKILL && close(ends[1]) == 0);
}

static int is_closed(void) {
  char byte;
  send_and_die();
  SEEN_IF(read(ends[0], &byte, 1) == 0);
}
static int is_received(void) {
  char byte;
  int fd;
  send_and_die();
  struct iovec data = {&byte, 1};
  struct msghdr message = message_with(&data);
  NEED(recvmsg(sockets[1], &message, 0) == 1 && CMSG_FIRSTHDR(&message) != NULL);
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  SEEN_IF(write(fd, "y", 1) == 1 && read(ends[0], &byte, 1) == 1 && byte == 'y');
}

HISTORIES(is_closed, is_received)
