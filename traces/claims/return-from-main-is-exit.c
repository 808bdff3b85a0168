// claim: A return from main ends the program as a call of exit with that value does.
// topic: exit
// origin: POSIX
// expected: true
// because: the start-up code calls exit with what main returns, so handlers run and streams are flushed
// source: exit(3), POSIX exit()
//
// as claimed: the handler ran, the text is in the file, and the status is the value
// otherwise: the handler did not run, or the text is lost
#include "claim.h"

static void handler(void) { make_file("ran"); }

int main(int argc, char **argv) {
  NEED(argc > 1);
  pid_t pid = fork();
  NEED(pid >= 0);
  if (pid == 0) {
    FILE *out = fopen("out", "w");
    NEED(out != NULL && fputs("text", out) >= 0 && atexit(handler) == 0);
    return 7;
  }
  int status = status_of(pid);
  int complete = exists("ran") && size_of("out") == 4;
  if (argv[1][0] == '1') _exit(complete && WIFEXITED(status) && WEXITSTATUS(status) == 7 ? SEEN : NOT_SEEN);
  _exit(complete ? NOT_SEEN : SEEN);
}
