/* Shows: shared anonymous memory keeps what a killed child stored, private memory of the child does not reach the parent. */
#include "common.h"

int main(void) {
  char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  strcpy(private, "old");
  pid_t child = start();
  if (child == 0) {
    strcpy(shared, "new");
    strcpy(private, "new");
    kill(getpid(), SIGKILL);
  }
  need_killed(child, SIGKILL);
  NEED(strcmp(shared, "new") == 0 && strcmp(private, "old") == 0);
  NEED(write(1, shared, 3) == 3);
  NEED(write(1, private, 3) == 3);
  return 0;
}
