/* Shows: messages in a System V queue outlive their sender and are received in order, or by type. */
#include "common.h"

struct message {
  long type;
  char text[8];
};

int main(void) {
  struct message message;
  int id = msgget(IPC_PRIVATE, 0600);
  pid_t sender = start();
  if (sender == 0) {
    NEED(msgsnd(id, &(struct message){1, "first"}, 5, 0) == 0);
    NEED(msgsnd(id, &(struct message){2, "other"}, 5, 0) == 0);
    NEED(msgsnd(id, &(struct message){1, "last"}, 4, 0) == 0);
    kill(getpid(), SIGKILL);
  }
  need_killed(sender, SIGKILL);
  NEED(msgrcv(id, &message, sizeof message.text, 2, 0) == 5 && message.type == 2);
  NEED(msgrcv(id, &message, sizeof message.text, 0, 0) == 5 && memcmp(message.text, "first", 5) == 0);
  NEED(msgrcv(id, &message, sizeof message.text, 0, 0) == 4 && memcmp(message.text, "last", 4) == 0);
  NEED_ERROR(msgrcv(id, &message, sizeof message.text, 0, IPC_NOWAIT), ENOMSG);
  NEED(msgctl(id, IPC_RMID, NULL) == 0);
  return 0;
}
