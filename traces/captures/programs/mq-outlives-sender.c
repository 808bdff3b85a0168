/* Shows: messages in a POSIX queue outlive their sender, come by priority, and after mq_unlink through an open descriptor. */
#include "common.h"
#include <mqueue.h>

int main(void) {
  char text[16];
  unsigned priority;
  struct mq_attr small = {.mq_maxmsg = 4, .mq_msgsize = 16};
  pid_t sender = start();
  if (sender == 0) {
    mqd_t queue = mq_open("/lr", O_WRONLY | O_CREAT | O_EXCL, 0600, &small);
    NEED(mq_send(queue, "low", 3, 1) == 0);
    NEED(mq_send(queue, "high", 4, 9) == 0);
    _exit(0);
  }
  need_exited(sender, 0);
  mqd_t queue = mq_open("/lr", O_RDONLY | O_NONBLOCK);
  NEED(mq_receive(queue, text, sizeof text, &priority) == 4 && priority == 9);
  NEED(mq_unlink("/lr") == 0);
  NEED(mq_open("/lr", O_RDONLY) == -1 && errno == ENOENT);
  NEED(mq_receive(queue, text, sizeof text, &priority) == 3 && priority == 1);
  NEED_ERROR(mq_receive(queue, text, sizeof text, &priority), EAGAIN);
  return 0;
}
