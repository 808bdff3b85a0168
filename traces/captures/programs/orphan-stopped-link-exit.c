/* Shows: a group with a stopped member gets SIGHUP and then SIGCONT when the member exits that was its only link to
   another group of the session, although nobody's session leader died. */
#include "common.h"

static volatile sig_atomic_t hangups;
static void on_hangup(int number) { hangups += number == SIGHUP; }

int main(void) {
  int status, go[2];
  make_pipe(go);
  NEED(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  pid_t leader = start();
  if (leader == 0) {
    NEED(setsid() == getpid());
    pid_t link = start();
    if (link == 0) {
      NEED(setpgid(0, 0) == 0);
      pid_t member = start();
      if (member == 0) {
        NEED(signal(SIGHUP, on_hangup) != SIG_ERR);
        NEED(raise(SIGSTOP) == 0);
        _exit(hangups == 1 ? 7 : 1);
      }
      NEED(waitpid(member, &status, WUNTRACED) == member && WIFSTOPPED(status));
      _exit(0);
    }
    need_exited(link, 0);
    hear(go);
    _exit(0);
  }
  NEED(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  tell(go);
  need_exited(leader, 0);
  return 0;
}
