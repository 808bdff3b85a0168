/* Shows: vfork suspends the parent until the child calls execve or _exit; the status comes by wait as from fork. */
#include "common.h"

int main(int argc, char **argv) {
  if (argc == 2) _exit(5);
  pid_t child = vfork();
  if (child == 0) {
    execl(argv[0], argv[0], "again", (char *)NULL);
    _exit(1);
  }
  need_exited(child, 5);
  pid_t second = vfork();
  if (second == 0) _exit(6);
  need_exited(second, 6);
  return 0;
}
