/* Shows: locked memory is not inherited by fork and is gone after execve: each new address space starts with its whole
   RLIMIT_MEMLOCK. */
#include "common.h"
#include <sys/resource.h>

enum { LIMIT = 65536, PAGE = 4096 };

static void lock_up_to_the_limit(void) {
  char *memory = mmap(NULL, LIMIT + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  NEED(mlock(memory, LIMIT) == 0);
  NEED_ERROR(mlock(memory + LIMIT, PAGE), ENOMEM);
}

int main(int argc, char **argv) {
  if (argc == 1) {
    NEED(setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){LIMIT, LIMIT}) == 0);
    NEED(setuid(65534) == 0);
    lock_up_to_the_limit();
    pid_t child = start();
    if (child == 0) {
      lock_up_to_the_limit();
      _exit(0);
    }
    need_exited(child, 0);
    run_again(argv[0], "again");
  }
  lock_up_to_the_limit();
  return 0;
}
