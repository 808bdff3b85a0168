/*
 * What the executor does for a target: another implementation of Linux's calls, started by a command, under which the
 * workers run (`wrap`) or all of the executor (`inside`). The command itself runs in the fresh namespaces and the private
 * root directory, in which it sees the system's programs and libraries, read-only, and nothing else of the host.
 */

/* Where the system keeps programs and their libraries. */
static const char *const PROGRAMS[] = {"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc/alternatives"};

static void bind_read_only(const char *from, const char *to) {
  struct statvfs flags;
  if (statvfs(from, &flags) < 0 || mount(from, to, NULL, MS_BIND, NULL) < 0) cannot("show the system's programs");
  unsigned long kept = flags.f_flag & ST_NOEXEC ? MS_NOEXEC : 0; /* may be locked */
  if (mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | kept, NULL) < 0)
    cannot("show the system's programs read-only");
}

static void copy_open_file(int from, const char *target) {
  int to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
  if (from < 0 || to < 0) cannot("copy a program");
  char bytes[1 << 16];
  for (ssize_t n; (n = read(from, bytes, sizeof bytes)) != 0;)
    if (n < 0 || write(to, bytes, (size_t)n) != n) cannot("copy a program");
  close(from);
  close(to);
}

/* In the private root, which is the current directory and not yet the root: the system's programs, some devices, and the
 * command's program, which lies elsewhere if it is not among them. */
static void show_programs(char **command, int program) {
  static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};
  char from[64], link[256];
  if (mkdir("etc", 0755) < 0 || mkdir("tmp", 0755) < 0) cannot("fill the tmpfs");
  for (size_t i = 0; i < sizeof PROGRAMS / sizeof *PROGRAMS; i++) {
    struct stat about;
    snprintf(from, sizeof from, "/%s", PROGRAMS[i]);
    if (lstat(from, &about) < 0) continue;
    rmdir(PROGRAMS[i]); /* an empty one stands there for programs that open it */
    ssize_t length = readlink(from, link, sizeof link - 1);
    if (length > 0) {
      link[length] = 0;
      if (symlink(link, PROGRAMS[i]) < 0) cannot("fill the tmpfs");
    } else {
      if (mkdir(PROGRAMS[i], 0755) < 0) cannot("fill the tmpfs");
      bind_read_only(from, PROGRAMS[i]);
    }
  }
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
    char to[32];
    snprintf(from, sizeof from, "/dev/%s", devices[i]);
    snprintf(to, sizeof to, "dev/%s", devices[i]);
    close(open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
    if (mount(from, to, NULL, MS_BIND, NULL) < 0) unlink(to);
  }
  if (access(command[0] + 1, X_OK) == 0) {
    close(program);
    return;
  }
  copy_open_file(program, "command");
  command[0] = "/command";
}

/* Processes and nothing else of /proc, for commands that look at themselves. */
static void mount_own_proc(const char *target) {
  if (mount("proc", target, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid") < 0) cannot("mount a /proc");
}

/* Where workers find it who start others. */
static void note_command(char **command) {
  size_t length = 0;
  for (shared->words = 0; command[shared->words] != NULL; shared->words++) {
    size_t size = strlen(command[shared->words]) + 1;
    if (length + size > COMMAND) cannot("keep so long a command");
    memcpy(shared->command + length, command[shared->words], size);
    length += size;
  }
}

/* Of /proc, what is the machine's rather than its processes'. */
static const char *const MACHINE[] = {"/proc/sys", "/proc/sysrq-trigger", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/acpi",
                                      "/proc/mtrr", "/proc/scsi"};

static void die_with(int parent);
static void drop_capabilities(int own_namespaces);

/* pid 1 of the namespaces of a command: it starts the command, waits, and everybody ends with it. */
__attribute__((noreturn)) static void hold_command(int launcher, char **command) {
  die_with(launcher);
  setsid();
  mount_new("proc", "/proc", NULL);
  for (size_t i = 0; i < sizeof MACHINE / sizeof *MACHINE; i++)
    if (access(MACHINE[i], F_OK) == 0) bind_read_only(MACHINE[i], MACHINE[i]);
  if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1g,mode=1777") < 0) cannot("mount a tmpfs");
  if (mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "size=1g,mode=1777") < 0) cannot("mount a tmpfs");
  drop_capabilities(1);
  pid_t child = fork();
  if (child == 0) {
    static char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", "TMPDIR=/tmp", NULL};
    execve(command[0], command, environment);
    cannot("start the command");
  }
  int status;
  for (pid_t ended; (ended = wait(&status)) != child;)
    if (ended < 0 && errno != EINTR) _exit(1);
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

/* As the first thing in another implementation: as its pid 1 there may be nothing yet; and terminals must not change bytes. */
static void settle_in(void) {
  struct termios attributes;
  for (int fd = 0; fd < 2; fd++) {
    if (tcgetattr(fd, &attributes) < 0) continue;
    cfmakeraw(&attributes);
    tcsetattr(fd, TCSANOW, &attributes);
  }
  umask(0022);
  if (getpid() != 1) return;
  mount("proc", "/proc", "proc", 0, NULL);
  int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  else close(terminal);
}
