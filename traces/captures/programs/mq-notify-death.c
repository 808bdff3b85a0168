/* Shows: the death of a process removes its mq_notify registration: before it others get EBUSY, after it they succeed. */
#include "common.h"
#include <mqueue.h>

int main(void) {
  int ready[2];
  siginfo_t info;
  make_pipe(ready);
  struct sigevent by_signal = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  struct mq_attr small = {.mq_maxmsg = 4, .mq_msgsize = 16};
  mqd_t queue = mq_open("/lr", O_RDWR | O_CREAT | O_EXCL, 0600, &small);
  pid_t registrant = start();
  if (registrant == 0) {
    NEED(mq_notify(queue, &by_signal) == 0);
    tell(ready);
    for (;;) pause();
  }
  hear(ready);
  NEED_ERROR(mq_notify(queue, &by_signal), EBUSY);
  kill_and_reap(registrant);
  block(SIGUSR1, SIGUSR1);
  NEED(mq_notify(queue, &by_signal) == 0);
  NEED(mq_send(queue, "hello", 5, 0) == 0);
  sigset_t awaited = set_of(SIGUSR1, SIGUSR1);
  NEED(sigwaitinfo(&awaited, &info) == SIGUSR1 && info.si_code == SI_MESGQ && info.si_pid == getpid());
  NEED(mq_unlink("/lr") == 0);
  return 0;
}
