/* Shows: a caught signal ends a sleeping read with EINTR, or restarts it if the handler has SA_RESTART. */
/* Must hold: EINTR (Interrupted system call) */
/* Must hold: ERESTARTSYS */
#include "common.h"

static void on_signal(int number) { (void)number; }

/* A read of ends[0] during which a child sends SIGUSR1 and then writes a byte. */
static ssize_t read_with(int flags, int ends[2]) {
  char byte;
  pid_t reader = getpid();
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
  NEED(sigaction(SIGUSR1, &action, NULL) == 0);
  pid_t child = start();
  if (child == 0) {
    let_it_block();
    NEED(kill(reader, SIGUSR1) == 0);
    let_it_block();
    tell(ends);
    _exit(0);
  }
  ssize_t result = read(ends[0], &byte, 1);
  NEED(result == 1 || errno == EINTR);
  if (result == -1) hear(ends);
  need_exited(child, 0);
  return result;
}

int main(void) {
  int ends[2];
  make_pipe(ends);
  read_with(0, ends);
  NEED(read_with(SA_RESTART, ends) == 1);
  return 0;
}
