/* A pseudo-terminal: the descriptor of its master and the name of its slave. */
#include <sys/ioctl.h>
#include <termios.h>

static inline int open_master(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  NEED(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
  return master;
}

/* Makes the caller a session leader with the slave as its controlling terminal. */
static inline int lead_session_on(const char *slave) {
  NEED(setsid() == getpid());
  int fd = open(slave, O_RDWR);
  NEED(fd >= 0);
  return fd;
}
