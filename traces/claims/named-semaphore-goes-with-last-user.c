// claim: A named semaphore disappears when no process has it open any more.
// topic: POSIX semaphores and mutexes
// origin: folklore
// expected: false
// because: name and value stay until sem_unlink, or until the system stops
// source: sem_overview(7), sem_unlink(3)
//
// as claimed: the name leads nowhere
// P0  fork() = P1
// P1  sem_open("/s", O_CREAT, 0600, 2) = 0x7f0000001000
// P1  exit_group(0) = ?
// P1  +++ exited with 0 +++
// P0  wait4(P1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = P1
// P0  sem_open("/s", 0) = -1 ENOENT (No such file or directory)
//
// otherwise: the semaphore is there, with its value
// P0  fork() = P1
// P1  sem_open("/s", O_CREAT, 0600, 1) = 0x7f0000001000
// P1  sem_wait(0x7f0000001000) = 0
// P1  exit_group(0) = ?
// P1  +++ exited with 0 +++
// P0  wait4(P1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = P1
// P0  sem_open("/s", 0) = 0x7f0000001000
// P0  sem_trywait(0x7f0000001000) = -1 EAGAIN (Resource temporarily unavailable)
#include "claim.h"
#include <semaphore.h>

static void make_take_and_exit(void) {
  sem_t *semaphore = sem_open("/s", O_CREAT | O_EXCL, 0600, 1);
  NEED(semaphore != SEM_FAILED && sem_wait(semaphore) == 0);
  _exit(0);
}

static int is_gone(void) {
  NEED(ended(make_take_and_exit) == 0);
  SEEN_IF(sem_open("/s", 0) == SEM_FAILED && errno == ENOENT);
}
static int is_there(void) {
  NEED(ended(make_take_and_exit) == 0);
  sem_t *semaphore = sem_open("/s", 0);
  SEEN_IF(semaphore != SEM_FAILED && sem_trywait(semaphore) == -1 && errno == EAGAIN);
}

HISTORIES(is_gone, is_there)
