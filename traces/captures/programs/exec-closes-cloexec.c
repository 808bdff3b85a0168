/* Shows: a successful execve closes exactly the descriptors marked close-on-exec; a failed one closes none. */
#include "common.h"

int main(int argc, char **argv) {
  if (argc == 1) {
    NEED(open("f", O_RDWR | O_CREAT | O_CLOEXEC, 0600) == 3);
    NEED(open("f", O_RDWR) == 4);
    NEED(fcntl(4, F_DUPFD_CLOEXEC, 0) == 5);
    NEED(write(4, "kept", 4) == 4);
    NEED_ERROR(execl("./absent", "absent", (char *)NULL), ENOENT);
    NEED(fcntl(3, F_GETFD) == FD_CLOEXEC);
    run_again(argv[0], "again");
  }
  NEED_ERROR(fcntl(3, F_GETFD), EBADF);
  NEED(fcntl(4, F_GETFD) == 0);
  NEED_ERROR(fcntl(5, F_GETFD), EBADF);
  NEED(lseek(4, 0, SEEK_CUR) == 4);
  NEED(open("f", O_RDONLY) == 3);
  return 0;
}
