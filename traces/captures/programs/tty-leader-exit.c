/* Shows: when a session leader exits, the foreground group of its terminal gets SIGHUP and a background group nothing. */
#include "common.h"
#include "terminal.h"

int main(void) {
  int go[2], status;
  char slave[32];
  make_pipe(go);
  NEED(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  NEED(ptsname_r(open_master(), slave, sizeof slave) == 0);
  pid_t leader = start();
  if (leader == 0) {
    int terminal = lead_session_on(slave);
    pid_t foreground = start();
    if (foreground == 0)
      for (;;) pause();
    NEED(setpgid(foreground, foreground) == 0);
    pid_t background = start();
    if (background == 0) {
      hear(go);
      _exit(5);
    }
    NEED(setpgid(background, background) == 0);
    NEED(tcsetpgrp(terminal, foreground) == 0);
    _exit(0);
  }
  need_exited(leader, 0);
  NEED(wait(&status) > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
  tell(go);
  NEED(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 5);
  return 0;
}
