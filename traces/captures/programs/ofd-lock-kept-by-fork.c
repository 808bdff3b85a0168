/* Shows: an open file description lock conflicts even within one process, survives the close of other descriptors of
   the file, and is held by a forked child until that child dies too. */
#include "common.h"

int main(void) {
  int go[2];
  make_pipe(go);
  int holder = open_file(), rival = open_file(), unrelated = open_file();
  NEED(lock(holder, F_OFD_SETLK, F_WRLCK) == 0);
  NEED_ERROR(lock(rival, F_OFD_SETLK, F_WRLCK), EAGAIN);
  NEED(close(unrelated) == 0);
  NEED_ERROR(lock(rival, F_OFD_SETLK, F_WRLCK), EAGAIN);
  pid_t child = start();
  if (child == 0) {
    hear(go);
    _exit(0);
  }
  NEED(close(holder) == 0);
  NEED_ERROR(lock(rival, F_OFD_SETLK, F_WRLCK), EAGAIN);
  tell(go);
  need_exited(child, 0);
  NEED(lock(rival, F_OFD_SETLK, F_WRLCK) == 0);
  return 0;
}
