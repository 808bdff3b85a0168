/*
 * isolate SECONDS [--under COMMAND... --] PROGRAM ARGUMENT...
 *
 * Runs a program, or a command of the system's that runs it, where it cannot reach or leave anything: in fresh pid, IPC, mount, network and UTS namespaces, and a
 * user namespace of which it is root, in an empty directory on a file system of its own, with the system's programs and
 * libraries beside it for reading. When the program ends, when the time is over, or when whoever started this dies, the
 * init of the namespace ends, and the kernel ends all that the program has started and frees all that it has made.
 *
 * The exit status is that of the program if it is below CANNOT_ISOLATE.
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

static void copy_program(int from) {
  struct stat found;
  int to = open("program", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
  need(to >= 0 && fstat(from, &found) == 0, "program");
  for (off_t left = found.st_size; left > 0;) {
    ssize_t count = sendfile(to, from, NULL, (size_t)left);
    need(count > 0, "program");
    left -= count;
  }
  need(fchmod(to, 0755) == 0 && close(to) == 0, "program");
}

static void make_root(int program) {
  need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
  need(mount("isolated", "/tmp", "tmpfs", MS_NOSUID, "size=64m,mode=755") == 0, "file system of its own");
  need(chdir("/tmp") == 0, "/tmp");
  copy_program(program);
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

static void raise_loopback(void) {
  struct ifreq request = {.ifr_name = "lo"};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  need(fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0, "loopback interface");
  request.ifr_flags |= IFF_UP;
  need(ioctl(fd, SIOCSIFFLAGS, &request) == 0 && close(fd) == 0, "loopback interface");
}

static void on_alarm(int signal) { (void)signal; }

/* Process 1 of the namespace: its end is the end of all others in it. */
static int be_init(unsigned seconds, char **argv, int words, int launcher_lives) {
  struct pollfd launcher = {.fd = launcher_lives, .events = POLLIN};
  need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "parent-death signal");
  if (poll(&launcher, 1, 0) != 0) return CANNOT_ISOLATE;
  need(setsid() == 1, "session");
  int program = open(argv[words], O_RDONLY | O_CLOEXEC);
  need(program >= 0, argv[words]);
  make_root(program);
  enter_root();
  raise_loopback();
  struct sigaction action = {.sa_handler = on_alarm};
  need(sigaction(SIGALRM, &action, NULL) == 0, "SIGALRM");
  alarm(seconds);
  pid_t pid = fork();
  need(pid >= 0, "fork");
  if (pid == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    close_range(3, ~0U, 0);
    if (words > 0) argv[words] = "/program";
    execv(words > 0 ? argv[0] : "/program", argv);
    need(0, argv[0]);
  }
  for (;;) {
    int status;
    pid_t ended = wait(&status);
    if (ended == -1) return errno == EINTR ? TIME_IS_OVER : CANNOT_ISOLATE;
    if (ended != pid) continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) < CANNOT_ISOLATE) return WEXITSTATUS(status);
    fprintf(stderr, "wait status 0x%x\n", (unsigned)status);
    return KILLED;
  }
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: isolate SECONDS [--under COMMAND... --] PROGRAM ARGUMENT...\n");
    return CANNOT_ISOLATE;
  }
  char **command = argv + 2;
  int words = 0;
  if (strcmp(argv[2], "--under") == 0) {
    while (3 + words < argc && strcmp(argv[3 + words], "--") != 0) words++;
    need(3 + words + 1 < argc, "a command and a program");
    memmove(argv + 4, argv + 3, (size_t)words * sizeof *argv); /* over the word between them */
    command = argv + 4;
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
