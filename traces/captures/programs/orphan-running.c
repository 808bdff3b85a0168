/* Shows: a newly orphaned group without a stopped member gets no signal. */
#include "common.h"

int main(void) {
  int status, go[2];
  char byte;
  make_pipe(go);
  NEED(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  pid_t leader = start();
  if (leader == 0) {
    NEED(setsid() == getpid());
    pid_t member = start();
    if (member == 0) {
      NEED(read(go[0], &byte, 1) == 1);
      _exit(7);
    }
    NEED(setpgid(member, member) == 0);
    _exit(0);
  }
  need_exited(leader, 0);
  tell(go);
  NEED(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  return 0;
}
