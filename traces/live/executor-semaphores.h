/*
 * Named semaphores are the C library's: files under /dev/shm, which it maps, and futexes in them. Its functions are called
 * as they are, by workers that the library knows nothing of. All threads of a process share what it keeps for one thread,
 * and it takes the process for single-threaded: so one of them at a time is in it, save those who wait for a semaphore,
 * and no process is copied while somebody is in it.
 */
#include <semaphore.h>

static _Atomic int library_taken; /* of this address space */

/* In lock-step nobody else is on the way. Whoever was killed in it never leaves. */
static void enter_library(void) {
  for (int patience = 0; shared->running_free && patience < 20000; patience++) {
    if (!atomic_exchange(&library_taken, 1)) return;
    RAW3(SYS_sched_yield, 0, 0, 0);
  }
}

static void leave_library(void) { atomic_store(&library_taken, 0); }

/* What the library needs memory for must not come later, when a program may have locked all that comes. */
static void warm_library(void) { free(malloc(1 << 12)); }

/* An address at which there is no semaphore is not noticed by the library. */
static long in_library(int op, const long *values) {
  sem_t *sem = (sem_t *)values[0];
  const char *name = (const char *)values[0];
  switch (op) {
    case OP_SEM_OPEN:
      sem = sem_open(name, (int)values[1], (mode_t)values[2], (unsigned)values[3]);
      return sem == SEM_FAILED ? -errno : (long)sem;
    case OP_SEM_UNLINK:
      return sem_unlink(name) == 0 ? 0 : -errno;
    case OP_SEM_CLOSE:
      return sem_close(sem) == 0 ? 0 : -errno;
    case OP_SEM_POST:
      return sem_post(sem) == 0 ? 0 : -errno;
    default:
      return sem_trywait(sem) == 0 ? 0 : -errno;
  }
}

/* An interruption is the only failure of a wait, and its error number may be another thread's by now. */
static long semaphore_by(struct slot *slot, int op, const long *values) {
  long result;
  slot->in_library = 1;
  if (op == OP_SEM_WAIT) {
    result = sem_wait((sem_t *)values[0]) == 0 ? 0 : -EINTR;
  } else {
    enter_library();
    result = in_library(op, values);
    leave_library();
  }
  slot->in_library = 0;
  return result;
}

/*
 * Where a handler interrupts the library: behind the sleep of a wait, which was interrupted or else goes on to look at the
 * semaphore again; before a sleep that starts again; anywhere else, what becomes of the call is not known.
 */
static char where_in_library(const char *at, long result) {
  static const char system_call[] = {0x0f, 0x05};
  if (at[-2] == system_call[0] && at[-1] == system_call[1]) return result == -EINTR ? 'l' : 't';
  return at[0] == system_call[0] && at[1] == system_call[1] ? 's' : '?';
}

/* Each semaphore that has a name: its value, and how many wait for it, or died waiting. Source: glibc's new_sem. */
static void snapshot_named_semaphores(void) {
  DIR *list = opendir("/dev/shm");
  if (list == NULL) return;
  say("z named-semaphores ");
  for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
    unsigned parts[2];
    if (strncmp(entry->d_name, "sem.", 4) != 0) continue;
    int fd = openat(dirfd(list), entry->d_name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && read(fd, parts, sizeof parts) == sizeof parts)
      say("/%s %u %u,", entry->d_name + 4, parts[0], parts[1]);
    if (fd >= 0) close(fd);
  }
  say("\n");
  closedir(list);
}
