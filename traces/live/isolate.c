/*
 * isolate SECONDS [--under WORDS COMMAND...] PROGRAM ARGUMENT...
 *
 * Runs a program, or a command that runs it, where it cannot reach or leave anything: in fresh pid, IPC, mount, network and
 * UTS namespaces, and a user namespace of which it is root, in an empty directory on a file system of its own, with the
 * system's programs and libraries beside it for reading. When the program ends, when the time is over, or when whoever
 * started this dies, the init of the namespace ends, and the kernel ends all that the program has started and frees all
 * that it has made.
 *
 * The exit status is that of the program if it is below CANNOT_ISOLATE.
 *
 * /isolate --agent PROGRAM ARGUMENT...
 *
 * Does inside of a command what the above cannot do there from outside, and says how the program ended in the last line of
 * its output: not every command ends as what it runs does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_ISOLATE = 3, TIME_IS_OVER = 4, KILLED = 5 };

static void need(int done, const char *what) {
  if (done) return;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(CANNOT_ISOLATE);
}

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  need(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0, path);
}

/* Root of a user namespace has all rights inside it and none outside. Only root can do without, where there is none. */
static void enter_user_namespace(void) {
  char map[64];
  unsigned uid = geteuid(), gid = getegid();
  if (unshare(CLONE_NEWUSER) != 0) {
    need(uid == 0, "user namespace");
    return;
  }
  write_file("/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "0 %u 1", uid);
  write_file("/proc/self/uid_map", map);
  snprintf(map, sizeof map, "0 %u 1", gid);
  write_file("/proc/self/gid_map", map);
}

static void make_directory(const char *path, mode_t mode) { need(mkdir(path, mode) == 0 && chmod(path, mode) == 0, path); }

/* Flags that a mount has from outside cannot be taken from it. */
static unsigned long kept_flags(const char *path) {
  struct statvfs found;
  need(statvfs(path, &found) == 0, path);
  return (found.f_flag & ST_NOSUID ? MS_NOSUID : 0) | (found.f_flag & ST_NODEV ? MS_NODEV : 0) |
         (found.f_flag & ST_NOEXEC ? MS_NOEXEC : 0) | (found.f_flag & ST_NOATIME ? MS_NOATIME : 0) |
         (found.f_flag & ST_NODIRATIME ? MS_NODIRATIME : 0) | (found.f_flag & ST_RELATIME ? MS_RELATIME : 0);
}

static void make_read_only(const char *path) {
  need(mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | kept_flags(path), NULL) == 0, path);
}

/* A directory of the system, or what it is a symbolic link to, under the new root, which is the current directory. */
static void borrow_directory(const char *path) {
  char target[256];
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length > 0) {
    target[length] = 0;
    need(symlink(target, path + 1) == 0, path);
  } else if (access(path, F_OK) == 0) {
    make_directory(path + 1, 0755);
    need(mount(path, path + 1, NULL, MS_BIND | MS_REC, NULL) == 0, path);
    make_read_only(path + 1);
  }
}

static void borrow_device(const char *path) {
  write_file(path + 1, "");
  need(mount(path, path + 1, NULL, MS_BIND, NULL) == 0, path);
}

static int opened(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  need(fd >= 0, path);
  return fd;
}

static void copy_program(int from, const char *name) {
  struct stat found;
  int to = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
  need(to >= 0 && fstat(from, &found) == 0, name);
  for (off_t left = found.st_size; left > 0;) {
    ssize_t count = sendfile(to, from, NULL, (size_t)left);
    need(count > 0, name);
    left -= count;
  }
  need(fchmod(to, 0755) == 0 && close(to) == 0 && close(from) == 0, name);
}

static void make_root(int program) {
  need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
  need(mount("isolated", "/tmp", "tmpfs", MS_NOSUID, "size=64m,mode=755") == 0, "file system of its own");
  need(chdir("/tmp") == 0, "/tmp");
  copy_program(program, "program");
  static const char *const borrowed[] = {"/usr", "/bin", "/lib", "/lib64", "/sbin"};
  for (size_t i = 0; i < sizeof borrowed / sizeof *borrowed; i++) borrow_directory(borrowed[i]);
  make_directory("dev", 0755);
  static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"};
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) borrow_device(devices[i]);
  make_directory("dev/shm", 0777);
  make_directory("dev/pts", 0755);
  need(mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666") == 0, "devpts");
  need(symlink("pts/ptmx", "dev/ptmx") == 0, "ptmx");
  make_directory("proc", 0555);
  need(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0, "proc");
  need(mount("proc/sys", "proc/sys", NULL, MS_BIND, NULL) == 0, "proc/sys");
  make_read_only("proc/sys");
  make_directory("tmp", 0777);
  make_directory("here", 0777);
}

static void enter_root(void) {
  need(syscall(SYS_pivot_root, ".", ".") == 0, "pivot_root");
  need(umount2(".", MNT_DETACH) == 0 && chdir("/here") == 0, "leaving the old root");
}

static int raise_loopback(void) {
  struct ifreq request = {.ifr_name = "lo"};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0) return 0;
  request.ifr_flags |= IFF_UP;
  return ioctl(fd, SIOCSIFFLAGS, &request) == 0 && close(fd) == 0;
}

/* A command may lie elsewhere than the system's programs; what it keeps in files of its own may be as large as a machine. */
static void make_room_for_command(char **command, int from, int self) {
  copy_program(self, "/isolate");
  if (access(command[0], X_OK) != 0) {
    copy_program(from, "/command");
    command[0] = "/command";
  }
  need(mount("command", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1g,mode=1777") == 0, "room for a command");
  need(mount("command", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "size=1g,mode=1777") == 0, "room for a command");
  setenv("HOME", "/tmp", 1);
  setenv("TMPDIR", "/tmp", 1);
}

static pid_t started(char **argv) {
  pid_t pid = fork();
  need(pid >= 0, "fork");
  if (pid != 0) return pid;
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  close_range(3, ~0U, 0);
  execv(argv[0], argv);
  need(0, argv[0]);
  return -1;
}

/* The wait status of a child, whatever orphans end before it; -1 when a signal comes first. */
static int status_of(pid_t pid) {
  int status;
  for (pid_t ended; (ended = wait(&status)) != pid;)
    if (ended == -1) return -1;
  return status;
}

static void on_alarm(int signal) { (void)signal; }

/* Process 1 of the namespace: its end is the end of all others in it. */
static int be_init(unsigned seconds, char **argv, int words, int launcher_lives) {
  struct pollfd launcher = {.fd = launcher_lives, .events = POLLIN};
  need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "parent-death signal");
  if (poll(&launcher, 1, 0) != 0) return CANNOT_ISOLATE;
  need(setsid() == 1, "session");
  int program = opened(argv[words]), command = words > 0 ? opened(argv[0]) : -1, self = opened("/proc/self/exe");
  make_root(program);
  enter_root();
  need(raise_loopback(), "loopback interface");
  if (words > 0) make_room_for_command(argv, command, self);
  struct sigaction action = {.sa_handler = on_alarm};
  need(sigaction(SIGALRM, &action, NULL) == 0, "SIGALRM");
  alarm(seconds);
  argv[words] = "/program";
  int status = status_of(started(argv));
  if (status == -1) return errno == EINTR ? TIME_IS_OVER : CANNOT_ISOLATE;
  if (WIFEXITED(status) && WEXITSTATUS(status) < CANNOT_ISOLATE) return WEXITSTATUS(status);
  fprintf(stderr, "wait status 0x%x\n", (unsigned)status);
  return KILLED;
}

/* A kernel of its own has mounted nothing yet; what is not to be had is missed by the program, if at all. */
static int be_agent(char **argv) {
  setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setsid();
  if (getpid() == 1) mount("proc", "/proc", "proc", 0, NULL);
  int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) {
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    mkdir("/dev/pts", 0755);
    mkdir("/dev/shm", 0777);
    mount("devpts", "/dev/pts", "devpts", 0, "ptmxmode=0666");
  } else {
    close(terminal);
  }
  static const char *const empty[] = {"/tmp", "/dev/shm", "/here"};
  for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) mount("inside", empty[i], "tmpfs", 0, "mode=0777");
  raise_loopback();
  need(chdir("/here") == 0, "/here");
  int status = status_of(started(argv));
  printf("\nended with 0x%x\n", (unsigned)status);
  fflush(stdout);
  if (getpid() == 1) reboot(RB_POWER_OFF);
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "--agent") == 0) return be_agent(argv + 2);
  if (argc < 3) {
    fprintf(stderr, "usage: isolate SECONDS [--under WORDS COMMAND...] PROGRAM ARGUMENT...\n");
    return CANNOT_ISOLATE;
  }
  char **command = argv + 2;
  int words = 0;
  if (argc > 4 && strcmp(argv[2], "--under") == 0) {
    words = atoi(argv[3]);
    command = argv + 4;
    need(words > 0 && argc > 4 + words, "a command and a program");
  }
  int lives[2], status;
  pid_t parent = getppid();
  need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "parent-death signal");
  if (getppid() != parent) return CANNOT_ISOLATE;
  need(pipe2(lives, O_CLOEXEC) == 0, "pipe");
  enter_user_namespace();
  need(unshare(CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS) == 0, "namespaces");
  pid_t init = fork();
  need(init >= 0, "fork");
  if (init == 0) {
    close(lives[1]);
    _exit(be_init((unsigned)strtoul(argv[1], NULL, 10), command, words, lives[0]));
  }
  need(waitpid(init, &status, 0) == init, "wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : KILLED;
}
