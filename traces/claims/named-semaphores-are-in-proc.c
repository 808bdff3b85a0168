// claim: Named POSIX semaphores can be seen under /proc/sys/fs/mqueue.
// topic: POSIX semaphores and mutexes
// origin: tutorial
// expected: false
// because: that directory holds the limits of message queues; the C library keeps a semaphore as a file sem.NAME in /dev/shm
// source: sem_overview(7), mq_overview(7)
//
// as claimed: its name is there
// otherwise: its name is in /dev/shm
#include "claim.h"
#include <dirent.h>
#include <semaphore.h>

static int is_in(const char *path) {
  int found = 0;
  DIR *directory = opendir(path);
  NEED(directory != NULL);
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) found |= strstr(entry->d_name, "ledger") != NULL;
  NEED(closedir(directory) == 0);
  return found;
}
static void make_it(void) { NEED(sem_open("/ledger", O_CREAT | O_EXCL, 0600, 1) != SEM_FAILED); }

static int in_proc(void) { make_it(); SEEN_IF(is_in("/proc/sys/fs/mqueue")); }
static int in_dev_shm(void) { make_it(); SEEN_IF(is_in("/dev/shm")); }

HISTORIES(in_proc, in_dev_shm)
