/*
 * Runs programs of system calls on the live kernel, each call by a process of the program, one after the other, and says
 * what was seen. Nothing that a program does can reach outside: it runs in fresh PID, IPC, mount, network and UTS
 * namespaces (and a user namespace for those who are not root), under a root directory with nothing of the host in it.
 *
 *   launcher    the process that was started: makes the outer namespaces and the private root
 *   supervisor  pid 1 of the innermost namespaces: reads programs, hands out calls, writes what it saw
 *   worker      a process or thread of the program: waits at its mailbox, makes the call, logs the result
 *
 * A program may be run by another implementation of Linux's calls, which a command starts. With `wrap` the workers alone
 * run under it; with `inside` all of this does, and the command runs in the outer namespaces. See executor-target.h.
 *
 * Supervisor and workers share one mapping at a fixed address, `shared`. There is no tracer: ptrace would be visible.
 * With real-time priority (root) the workers of a step run before the supervisor goes on, so that it sees them settled;
 * without, it looks until all sleep and none has run meanwhile.
 *
 * A program, on standard input:
 *   p ID FLAGS           begin; FLAGS: s a snapshot at the end, S after each step, r free-running, w wait for time-outs
 *   s BY NAME ARG...     step 1, 2, ...: a call of the process that step BY made (0: the first process)
 *   .                    end
 * An ARG is a number; =K+N what step K returned, and N more; ~K the tid that step K made; <K.N the Nth int that step K
 * wrote; each with an optional minus sign. "HEX+N is a pointer to these bytes, N of them in all; [N a pointer to N bytes
 * which the kernel fills; {HEX both; @REF a pointer to an int; ^N to the time in N milliseconds.
 *
 * What was seen, on standard output:
 *   e STEP TID           the call was entered
 *   r STEP TID RESULT HEX...   it returned; HEX are the bytes of [ and { arguments
 *   b STEP TID           the process that STEP made runs; 0 made the first
 *   h TID SIGNAL CODE PID STATUS VALUE WHERE RESULT   a handler runs; WHERE it interrupted: n the start of another
 *                        handler, l behind a call that has returned RESULT, s before a call that starts again, t amid one
 *                        that goes on and may return or sleep, u elsewhere
 *   i TID STATUS         the namespace's init has reaped a process
 *   k STEP               the step could not be made: its caller cannot call, or an argument does not exist
 *   = STEP SLOT:STATE... all has settled; SLOT is the step that made the thread; STATE as in proc(5), or c in a call;
 *                        Z is followed by the wait status; threads not named wait in user mode
 *   z KEY TEXT           part of a snapshot
 *   ! WHY                a worker runs on and on, or the program is no program
 *   . ID                 end of the program
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the executor knows x86-64 only"
#endif

/* ---- what supervisor and workers share -------------------------------------------------------------------------- */

enum { MAX_STEPS = 96, MAX_ARGS = 8, MAX_EVENTS = 4096, STACK = 64 << 10, ARENA = 3 << 20, MAX_WORDS = 32, COMMAND = 4096 };
#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif
#define PLACE ((void *)0x70000000)
#define HUGE (2l << 20)
#define INIT 1

enum arg_kind { NUMBER, RESULT_OF, TID_OF, INT_OF, BLOCK, DEADLINE };

struct arg {
  enum arg_kind kind;
  int negated;
  long value;     /* the number; the step referred to; the offset of the block in the arena */
  long part;      /* INT_OF: which; RESULT_OF: what to add; BLOCK: its length; DEADLINE: milliseconds from the call on */
  int shown;      /* BLOCK: reported when the call returns */
  int refers;     /* BLOCK: the argument whose value it holds, or 0 */
};

struct step {
  int by;
  int op;
  int nargs;
  struct arg args[MAX_ARGS];
  _Atomic int entered;
  _Atomic int returned;
  _Atomic long result;
  _Atomic int born;  /* tid of the thread that it made */
};

enum event_kind { ENTERED = 1, RETURNED, BORN, HANDLER };

struct event {
  _Atomic int ready;
  enum event_kind kind;
  int step, tid;
  long values[7];
};

/* The mailbox of one thread, by the step that made it. */
struct slot {
  _Atomic unsigned asked;  /* counts commands; workers sleep on it */
  _Atomic unsigned done;
  _Atomic int idle;        /* it waits for a command, or is about to */
  _Atomic int born;
  int number, leader;
  _Atomic int tid;
  int step;                /* the command */
  int in_step;             /* it has said that it makes a call, and not yet what came of it */
  int in_library;          /* it is in a function of the C library */
  int is_copy;             /* its process is a copy of its maker's */
  int place[2];            /* where CLONE_PARENT_SETTID and the like may write */
};

struct common {
  _Atomic unsigned events;
  _Atomic int running_free;
  int free_cpus, realtime;
  int owns_tty;            /* /dev/tty is no file of the host's */
  unsigned jitter;
  int words;               /* of the command that workers run under */
  char command[COMMAND];   /* one after the other, each with its zero */
  int steps;
  struct slot slots[MAX_STEPS + 1];
  struct step program[MAX_STEPS + 1];
  struct event log[MAX_EVENTS];
  char arena[ARENA];
  char stacks[MAX_STEPS + 1][STACK] __attribute__((aligned(4096)));
};

#define shared ((struct common *)PLACE)

/* ---- raw system calls, usable on any stack and in shared memory -------------------------------------------------- */

/* long call_kernel(long nr, const long args[6]): the one place where programs' calls are made, so that a handler can
 * tell by its return address whether the call is over or will start again. spawn() likewise, for a child that starts in
 * worker_entry() on a stack of its own, on top of which lies its argument. */
long call_kernel(long nr, const long *args);
long spawn(long nr, const long *args);
extern const char call_enters[], call_left[], spawn_enters[], spawn_left[], restore_frame[];

__asm__(
    ".text\n"
    ".globl call_kernel, spawn, call_enters, call_left, spawn_enters, spawn_left, restore_frame\n"
    "call_kernel:\n"
    "  mov %rdi, %rax\n"
    "  mov %rsi, %r11\n"
    "  mov 0(%r11), %rdi\n"
    "  mov 8(%r11), %rsi\n"
    "  mov 16(%r11), %rdx\n"
    "  mov 24(%r11), %r10\n"
    "  mov 32(%r11), %r8\n"
    "  mov 40(%r11), %r9\n"
    "call_enters:\n"
    "  syscall\n"
    "call_left:\n"
    "  ret\n"
    "spawn:\n"
    "  mov %rdi, %rax\n"
    "  mov %rsi, %r11\n"
    "  mov 0(%r11), %rdi\n"
    "  mov 8(%r11), %rsi\n"
    "  mov 16(%r11), %rdx\n"
    "  mov 24(%r11), %r10\n"
    "  mov 32(%r11), %r8\n"
    "spawn_enters:\n"
    "  syscall\n"
    "spawn_left:\n"
    "  test %rax, %rax\n"
    "  jnz 1f\n"
    "  xor %ebp, %ebp\n"
    "  pop %rdi\n"
    "  and $-16, %rsp\n"
    "  call worker_entry\n"
    "1:\n"
    "  ret\n"
    "restore_frame:\n"
    "  mov $15, %eax\n"
    "  syscall\n"
    ".globl on_stack\n"
    "on_stack:\n" /* void on_stack(void *top, void (*fn)(long), long arg) */
    "  mov %rdi, %rsp\n"
    "  mov %rdx, %rdi\n"
    "  xor %ebp, %ebp\n"
    "  call *%rsi\n");

void on_stack(void *top, void (*fn)(long), long arg);

static inline long raw(long nr, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
#define RAW3(nr, a, b, c) raw(nr, (long)(a), (long)(b), (long)(c), 0, 0, 0)

/* ---- worker ------------------------------------------------------------------------------------------------------ */

static struct event *log_event(enum event_kind kind, int step, int tid) {
  unsigned at = atomic_fetch_add(&shared->events, 1);
  struct event *event = &shared->log[at % MAX_EVENTS];
  event->kind = kind;
  event->step = step;
  event->tid = tid;
  return event;
}

static void log_ready(struct event *event) { atomic_store(&event->ready, 1); }

static struct slot *own_slot(void) {
  long offset = (char *)__builtin_frame_address(0) - &shared->stacks[0][0];
  return &shared->slots[offset / STACK];
}

static char where_in_library(const char *at, long result);
void on_signal(int sig, siginfo_t *info, void *context);

/* Where a handler interrupts its thread. What runs freely may be interrupted between its word that it makes a call and the
 * call, or behind it, and then it is not known which of both. The processor leaves in RCX where a call that was made returns. */
static char where_interrupted(const struct slot *slot, const greg_t *registers) {
  const char *at = (const char *)registers[REG_RIP], *back = (const char *)registers[REG_RCX];
  char unknown = shared->running_free && slot->in_step ? '?' : 'u';
  if (at == (const char *)on_signal) return 'n';
  if (slot->in_library) return where_in_library(at, registers[REG_RAX]);
  if (at == call_left || at == spawn_left) return 'l';
  if (at == call_enters || at == spawn_enters) return back == call_left || back == spawn_left ? 's' : unknown;
  return unknown;
}

/* Signal frames are stacked before the first handler runs, so the last one delivered runs first: `n` marks it. */
void on_signal(int sig, siginfo_t *info, void *context) {
  const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  struct slot *slot = own_slot();
  /* It may not have begun to run its own code. */
  int tid = atomic_load(&slot->tid) != 0 ? atomic_load(&slot->tid) : (int)RAW3(SYS_gettid, 0, 0, 0);
  struct event *event = log_event(HANDLER, 0, tid);
  int child = info->si_code > 0 && info->si_code <= CLD_CONTINUED; /* any signal may announce a child's death */
  event->values[0] = sig;
  event->values[1] = info->si_code;
  event->values[2] = info->si_pid;
  event->values[3] = child ? info->si_status : 0;
  event->values[4] = child ? 0 : info->si_value.sival_int;
  event->values[5] = where_interrupted(slot, registers);
  event->values[6] = registers[REG_RAX];
  log_ready(event);
}

struct kernel_sigaction {
  void *handler;
  unsigned long flags;
  const void *restorer;
  unsigned long mask;
};

/* What a step's argument stands for now; false when that does not exist. */
static int resolve(const struct arg *arg, long *value) {
  const struct step *of = &shared->program[arg->kind == TID_OF || arg->kind == RESULT_OF || arg->kind == INT_OF ? arg->value : 0];
  switch (arg->kind) {
    case NUMBER:
      *value = arg->value;
      break;
    case BLOCK:
      *value = (long)&shared->arena[arg->value];
      return 1;
    case TID_OF:
      if (arg->value == 0) *value = shared->slots[0].tid;
      else if (atomic_load(&of->born)) *value = of->born;
      else if (atomic_load(&of->returned) && of->result > 0) *value = of->result;
      else return 0;
      break;
    case RESULT_OF:
      if (!atomic_load(&of->returned) || (of->result < 0 && of->result > -4096)) return 0;
      *value = of->result + arg->part;
      break;
    case DEADLINE: {
      struct timespec *deadline = (struct timespec *)&shared->arena[arg->value];
      RAW3(SYS_clock_gettime, CLOCK_REALTIME, deadline, 0);
      long nanoseconds = deadline->tv_nsec + arg->part % 1000 * 1000000;
      deadline->tv_sec += arg->part / 1000 + nanoseconds / 1000000000;
      deadline->tv_nsec = nanoseconds % 1000000000;
      *value = (long)deadline;
      return 1;
    }
    case INT_OF:
      if (!atomic_load(&of->returned) || of->result < 0) return 0;
      for (int i = 0; i < of->nargs; i++) {
        if (of->args[i].kind != BLOCK || !of->args[i].shown) continue;
        *value = ((const int *)&shared->arena[of->args[i].value])[arg->part];
        if (*value < 0) return 0;
        if (arg->negated) *value = -*value;
        return 1;
      }
      return 0;
  }
  if (arg->negated) *value = -*value;
  return 1;
}

static int resolve_all(struct step *step, long *values) {
  for (int i = 0; i < 6; i++) values[i] = 0;
  for (int i = 0; i < step->nargs; i++) {
    long value;
    if (!resolve(&step->args[i], &value)) return 0;
    if (step->args[i].kind == BLOCK && step->args[i].refers) {
      /* The reference stands in the argument behind the last. */
      long inner;
      if (!resolve(&step->args[step->nargs], &inner)) return 0;
      *(int *)value = (int)inner;
    }
    if (i < 6) values[i] = value;
  }
  return 1;
}

enum op {
  OP_CLONE = 1000, OP_CLONE3, OP_EXECVE, OP_STORE, OP_LOAD, OP_OPENPTY, OP_TCSETATTR, OP_SIGACTION, OP_SENDMSG, OP_RECVMSG,
  OP_SEM_OPEN, OP_SEM_CLOSE, OP_SEM_UNLINK, OP_SEM_POST, OP_SEM_WAIT, OP_SEM_TRYWAIT,
};

static const struct {
  const char *name;
  int op;
} CALLS[] = {
    {"clone", OP_CLONE}, {"clone3", OP_CLONE3}, {"execve", OP_EXECVE}, {"store", OP_STORE}, {"load", OP_LOAD},
    {"openpty", OP_OPENPTY}, {"tcsetattr", OP_TCSETATTR}, {"rt_sigaction", OP_SIGACTION},
    {"sendmsg", OP_SENDMSG}, {"recvmsg", OP_RECVMSG}, {"sem_open", OP_SEM_OPEN}, {"sem_close", OP_SEM_CLOSE},
    {"sem_unlink", OP_SEM_UNLINK}, {"sem_post", OP_SEM_POST}, {"sem_wait", OP_SEM_WAIT}, {"sem_trywait", OP_SEM_TRYWAIT},
#define CALL(name) {#name, SYS_##name}
    CALL(alarm), CALL(close), CALL(close_range), CALL(dup), CALL(dup2), CALL(dup3), CALL(exit), CALL(exit_group),
    CALL(fcntl), CALL(flock), CALL(ftruncate), CALL(getpgid), CALL(getpgrp), CALL(getpid), CALL(getppid),
    CALL(getrlimit), CALL(getsid), CALL(gettid), CALL(ioctl), CALL(kill), CALL(link), CALL(lseek), CALL(mknod),
    CALL(mknodat), CALL(mlock), CALL(mlockall), CALL(mmap), CALL(mq_getsetattr), CALL(mq_notify), CALL(mq_open),
    CALL(mq_timedreceive), CALL(mq_timedsend), CALL(mq_unlink), CALL(msgctl), CALL(msgget), CALL(msgrcv), CALL(msgsnd),
    CALL(msync), CALL(munlock), CALL(munlockall), CALL(munmap), CALL(open), CALL(openat), CALL(pause), CALL(pipe),
    CALL(pipe2), CALL(prctl), CALL(pread64), CALL(prlimit64), CALL(read), CALL(rename), CALL(rt_sigpending),
    CALL(rt_sigprocmask), CALL(rt_sigqueueinfo), CALL(rt_sigsuspend), CALL(rt_sigtimedwait), CALL(semctl), CALL(semget),
    CALL(semop), CALL(semtimedop), CALL(setgid), CALL(setpgid), CALL(setregid), CALL(setresgid), CALL(setresuid),
    CALL(setreuid), CALL(setrlimit), CALL(setsid), CALL(setuid), CALL(shmat), CALL(shmctl), CALL(shmdt), CALL(shmget), CALL(shutdown), CALL(socketpair),
    CALL(rt_tgsigqueueinfo), CALL(tgkill), CALL(tkill), CALL(unlink), CALL(unlinkat), CALL(wait4), CALL(waitid), CALL(write),
};

static void say(const char *format, ...);
#include "executor-semaphores.h"

static char *stack_top(int slot) { return &shared->stacks[slot][STACK - 64]; }

static long make_by(struct slot *maker, int number, struct step *step, const long *values) {
  struct slot *child = &shared->slots[number];
  long flags = values[0];
  child->number = number;
  child->leader = flags & CLONE_THREAD ? maker->leader : number;
  child->is_copy = (flags & CLONE_VM) == 0;
  char *top = stack_top(number);
  *(struct slot **)top = child;
  if (step->op == OP_CLONE) {
    long args[5] = {flags, (long)top, (long)&child->place[0], (long)&child->place[1], 0};
    return spawn(SYS_clone, args);
  }
  struct clone_args all = {
      .flags = (uint64_t)flags,
      .child_tid = (uint64_t)&child->place[1],
      .parent_tid = (uint64_t)&child->place[0],
      .exit_signal = (uint64_t)values[1],
      .stack = (uint64_t)&shared->stacks[number][0],
      .stack_size = (uint64_t)(top - &shared->stacks[number][0]),
  };
  long args[5] = {(long)&all, values[2], 0, 0, 0};
  return spawn(SYS_clone3, args);
}

static long clone_by(struct slot *maker, int number, struct step *step, const long *values) {
  if (values[0] & CLONE_VM) return make_by(maker, number, step, values);
  enter_library();
  long result = make_by(maker, number, step, values);
  leave_library();
  return result;
}

static void number_to_text(int number, char *text) {
  char digits[12];
  int length = 0;
  do digits[length++] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  while (length > 0) *text++ = digits[--length];
  *text = 0;
}

/* Start a worker: this program, under the command if there is one. */
static long exec_worker(const char *path, const char *slot, const char *step) {
  const char *argv[MAX_WORDS + 5];
  const char *envp[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", 0};
  const char *word = shared->command;
  int count = 0;
  while (count < shared->words) {
    argv[count++] = word;
    while (*word++ != 0) {
    }
  }
  argv[count++] = "/executor";
  argv[count++] = "--worker";
  argv[count++] = slot;
  argv[count++] = step;
  argv[count] = 0;
  long args[6] = {(long)(path != NULL ? path : argv[0]), (long)argv, (long)(shared->words > 0 ? envp : &envp[2]), 0, 0, 0};
  return call_kernel(SYS_execve, args);
}

/* Any program is this one, which goes on as the worker of the process. */
static long exec_by(struct slot *slot, int number, const long *values) {
  char slot_text[12], step_text[12];
  number_to_text(slot->leader, slot_text);
  number_to_text(number, step_text);
  const char *path = (const char *)values[0];
  const char *missing = "/missing";
  int i = 0;
  while (path[i] == missing[i] && path[i] != 0) i++;
  return exec_worker(path[i] == missing[i] ? path : NULL, slot_text, step_text);
}

/* As the C library does it: the slave is opened through the master. */
static long openpty_by(int *fds) {
  int unlocked = 0;
  long master = RAW3(SYS_open, "/dev/ptmx", O_RDWR | O_NOCTTY, 0);
  if (master < 0) return master;
  RAW3(SYS_ioctl, master, TIOCSPTLCK, &unlocked);
  long slave = RAW3(SYS_ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  if (slave < 0) {
    RAW3(SYS_close, master, 0, 0);
    return slave;
  }
  fds[0] = (int)master;
  fds[1] = (int)slave;
  return 0;
}

static long tcsetattr_by(long fd, long lflag) {
  struct termios attributes; /* the kernel's is shorter */
  long result = RAW3(SYS_ioctl, fd, TCGETS, &attributes);
  if (result < 0) return result;
  attributes.c_lflag = (attributes.c_lflag & ~(tcflag_t)TOSTOP) | (tcflag_t)lflag;
  long args[6] = {fd, TCSETS, (long)&attributes, 0, 0, 0};
  return call_kernel(SYS_ioctl, args);
}

static long sigaction_by(const long *values) {
  struct kernel_sigaction action = {
      .handler = values[1] == 2 ? (void *)on_signal : (void *)values[1],
      .flags = (unsigned long)values[2] | SA_SIGINFO | 0x04000000 /* SA_RESTORER */,
      .restorer = restore_frame,
      .mask = (unsigned long)values[3],
  };
  long args[6] = {values[0], values[1] < 0 ? 0 : (long)&action, values[4], values[5], 0, 0};
  return call_kernel(SYS_rt_sigaction, args);
}

enum { MOST_RIGHTS = 16 };
union control {
  struct cmsghdr head;
  char room[CMSG_SPACE(sizeof(int) * MOST_RIGHTS)];
};

/* fd, bytes, how many, flags, descriptors to pass, how many. */
static long sendmsg_by(const long *values) {
  union control control;
  struct iovec part = {(void *)values[1], (size_t)values[2]};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (values[4] > 0 && values[4] <= MOST_RIGHTS) {
    control.head = (struct cmsghdr){CMSG_LEN(sizeof(int) * (size_t)values[4]), SOL_SOCKET, SCM_RIGHTS};
    for (long i = 0; i < values[4]; i++) ((int *)CMSG_DATA(&control.head))[i] = ((const int *)values[5])[i];
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)values[4]);
  }
  long args[6] = {values[0], (long)&message, values[3], 0, 0, 0};
  return call_kernel(SYS_sendmsg, args);
}

/* fd, room for the descriptors that come, room for bytes, how many, flags. */
static long recvmsg_by(const long *values) {
  union control control;
  struct iovec part = {(void *)values[2], (size_t)values[3]};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  long args[6] = {values[0], (long)&message, values[4], 0, 0, 0};
  long result = call_kernel(SYS_recvmsg, args);
  if (result < 0 || message.msg_controllen < sizeof control.head || control.head.cmsg_type != SCM_RIGHTS) return result;
  size_t count = (control.head.cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (size_t i = 0; i < count && i < MOST_RIGHTS; i++) ((int *)values[1])[i] = ((int *)CMSG_DATA(&control.head))[i];
  return result;
}

static long perform(struct slot *slot, int number, struct step *step, const long *values) {
  switch (step->op) {
    case OP_CLONE:
    case OP_CLONE3:
      return clone_by(slot, number, step, values);
    case OP_EXECVE:
      return exec_by(slot, number, values);
    case OP_STORE:
      for (long i = 0; i < values[2]; i++) ((volatile char *)values[0])[i] = ((const char *)values[1])[i];
      return 0;
    case OP_LOAD:
      for (long i = 0; i < values[1]; i++) ((char *)values[2])[i] = ((volatile const char *)values[0])[i];
      return 0;
    case OP_OPENPTY:
      return openpty_by((int *)values[0]);
    case OP_TCSETATTR:
      return tcsetattr_by(values[0], values[1]);
    case OP_SIGACTION:
      return sigaction_by(values);
    case OP_SENDMSG:
      return sendmsg_by(values);
    case OP_RECVMSG:
      return recvmsg_by(values);
    case OP_SEM_OPEN:
    case OP_SEM_CLOSE:
    case OP_SEM_UNLINK:
    case OP_SEM_POST:
    case OP_SEM_WAIT:
    case OP_SEM_TRYWAIT:
      return semaphore_by(slot, step->op, values);
    default:
      return call_kernel(step->op, values);
  }
}

static void came_back(struct slot *slot, int number, long result) {
  struct step *step = &shared->program[number];
  atomic_store(&step->result, result);
  atomic_store(&step->returned, 1);
  slot->in_step = 0;
  struct event *event = log_event(RETURNED, number, slot->tid);
  event->values[0] = result;
  log_ready(event);
}

static void take_step(struct slot *slot, int number) {
  struct step *step = &shared->program[number];
  long values[MAX_ARGS];
  if (!resolve_all(step, values)) return;
  slot->in_step = 1;
  slot->step = number;
  atomic_store(&step->entered, slot->tid);
  log_ready(log_event(ENTERED, number, slot->tid));
  came_back(slot, number, perform(slot, number, step, values));
}

static unsigned scramble(unsigned x) {
  x ^= x << 13;
  x ^= x >> 17;
  return x ^ (x << 5);
}

/* Its steps in order, as fast as they come; a step waits until what it names exists. */
static void run_free(struct slot *slot) {
  unsigned random = scramble(shared->jitter ^ (unsigned)(slot->number * 0x9e3779b9u) ^ 0x51ed270bu);
  for (int number = 1; number <= shared->steps; number++) {
    struct step *step = &shared->program[number];
    if (step->by != slot->number || atomic_load(&step->entered)) continue;
    long values[MAX_ARGS];
    for (long patience = 0; !resolve_all(step, values) && patience < 20000; patience++) RAW3(SYS_sched_yield, 0, 0, 0);
    random = scramble(random);
    /* From nothing to some hundred microseconds, short ones as likely as long ones. */
    for (volatile unsigned delay = (random >> 8) % (1u << random % 18); delay > 0; delay--) {
    }
    take_step(slot, number);
  }
}

/* Under another implementation of Linux some of what keeps programs apart may be absent: it is inside, itself kept apart. */
static int is_guest;

/* SIGCHLD keeps its default action: its like would make the kernel reap. */
static void treat_signals(void *how) {
  struct kernel_sigaction action = {.handler = how};
  for (int sig = 1; sig <= 64; sig++)
    if (sig != SIGCHLD) raw(SYS_rt_sigaction, sig, (long)&action, 0, 8, 0, 0);
}

/* The first process has none; not every implementation of Linux has close_range(). */
static void close_all(void) {
  if (raw(SYS_close_range, 0, ~0u, 0, 0, 0, 0) == 0) return;
  for (int fd = 0; fd < 256; fd++) RAW3(SYS_close, fd, 0, 0);
}

static void choose_cpu(int number) {
  unsigned long mask = 1ul << (number % shared->free_cpus);
  RAW3(SYS_sched_setaffinity, 0, sizeof mask, &mask);
}

__attribute__((noreturn)) static void serve(struct slot *slot) {
  for (;;) {
    unsigned asked;
    atomic_store(&slot->idle, 1);
    while ((asked = atomic_load(&slot->asked)) == atomic_load(&slot->done))
      raw(SYS_futex, (long)&slot->asked, FUTEX_WAIT, asked, 0, 0, 0);
    atomic_store(&slot->idle, 0);
    if (shared->running_free) run_free(slot);
    else take_step(slot, slot->step);
    atomic_store(&slot->done, asked);
  }
}

__attribute__((noreturn, used)) void worker_entry(struct slot *slot) {
  if (slot->is_copy) leave_library();
  slot->tid = (int)RAW3(SYS_gettid, 0, 0, 0);
  if (slot->number == 0 && shared->words == 0) {
    close_all();
    if (is_guest) treat_signals((void *)SIG_DFL);
    struct sched_param priority = {.sched_priority = 1};
    if (shared->realtime && !shared->running_free) RAW3(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority);
  }
  atomic_store(&shared->program[slot->number].born, slot->tid);
  log_ready(log_event(BORN, slot->number, slot->tid));
  if (shared->running_free) {
    choose_cpu(slot->number);
    run_free(slot);
  }
  atomic_store(&slot->born, 1);
  serve(slot);
}

static int map_shared(void) {
  struct rlimit limit, most;
  getrlimit(RLIMIT_NOFILE, &limit);
  most = (struct rlimit){limit.rlim_max, limit.rlim_max};
  setrlimit(RLIMIT_NOFILE, &most);
  int fd = open("/mailbox", O_RDWR);
  setrlimit(RLIMIT_NOFILE, &limit);
  if (fd < 0) return -1;
  void *place = mmap(PLACE, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
  close(fd);
  /* Below a mapping that may grow the kernel keeps a gap: so no mapping of a program lies next to one of ours. */
  mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);
  return place == PLACE ? 0 : -1;
}

static void after_exec(long step) {
  struct slot *slot = own_slot();
  if (step == 0) worker_entry(slot); /* the first, under a command */
  slot->tid = (int)RAW3(SYS_gettid, 0, 0, 0);
  slot->number = slot->leader;
  slot->in_library = 0;
  came_back(slot, (int)step, 0);
  atomic_store(&slot->done, atomic_load(&slot->asked));
  if (shared->running_free) run_free(slot);
  /* Where it ran free, the program before this one has not come so far. */
  atomic_store(&slot->born, 1);
  serve(slot);
}

/* No core file, and no helper of the host's that takes it. Others than root could then not look at their own processes;
 * them RLIMIT_CORE keeps from it, which they cannot raise. */
static void keep_from_dumping(void) {
  if (shared->realtime) prctl(PR_SET_DUMPABLE, 0);
}

static int main_after_exec(char **argv) {
  if (map_shared() < 0) return 1;
  keep_from_dumping();
  warm_library();
  int slot = atoi(argv[2]);
  on_stack(stack_top(slot), after_exec, atoi(argv[3]));
  return 1;
}

/* ---- supervisor: what it writes ----------------------------------------------------------------------------------- */

static char written[1 << 22] __attribute__((aligned(4096)));
static size_t written_length;

static void flush_written(void) {
  for (size_t done = 0; done < written_length;) {
    ssize_t n = write(1, written + done, written_length - done);
    if (n < 0 && errno != EINTR) _exit(1);
    if (n > 0) done += (size_t)n;
  }
  written_length = 0;
}

static void room_for(size_t length) {
  if (written_length + length > sizeof written) flush_written();
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
  room_for(4096);
  va_list list;
  va_start(list, format);
  written_length += (size_t)vsnprintf(written + written_length, 4096, format, list);
  va_end(list);
}

static void say_hex(const char *bytes, long length) {
  static const char digits[] = "0123456789abcdef";
  room_for((size_t)length * 2 + 2);
  written[written_length++] = ' ';
  if (length == 0) written[written_length++] = '-';
  for (long i = 0; i < length; i++) {
    written[written_length++] = digits[(unsigned char)bytes[i] >> 4];
    written[written_length++] = digits[bytes[i] & 15];
  }
}

/* Text on one line: newlines become \x1f. */
static void say_text(const char *key, const char *text, long length) {
  say("z %s ", key);
  room_for((size_t)length + 1);
  for (long i = 0; i < length; i++) written[written_length++] = text[i] == '\n' ? '\x1f' : text[i];
  written[written_length++] = '\n';
}

/* ---- supervisor: what it reads ------------------------------------------------------------------------------------ */

/* The input outlives one supervisor: the next one goes on where it stopped. */
struct input {
  size_t at, length;
  char bytes[1 << 20];
};
static struct input *input;

static char *read_line(void) {
  for (;;) {
    char *start = input->bytes + input->at;
    char *end = memchr(start, '\n', input->length - input->at);
    if (end != NULL) {
      *end = 0;
      input->at = (size_t)(end - input->bytes) + 1;
      return start;
    }
    memmove(input->bytes, start, input->length - input->at);
    input->length -= input->at;
    input->at = 0;
    if (input->length == sizeof input->bytes) return NULL;
    ssize_t n = read(0, input->bytes + input->length, sizeof input->bytes - input->length);
    if (n == 0 || (n < 0 && errno != EINTR)) return NULL;
    if (n > 0) input->length += (size_t)n;
  }
}

static size_t arena_used;

static int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static int read_reference(const char *word, struct arg *arg) {
  char *end;
  arg->negated = word[0] == '-' && strchr("=~<", word[1]) != NULL && word[1] != 0;
  word += arg->negated;
  switch (word[0]) {
    case '=':
    case '~':
      arg->kind = word[0] == '=' ? RESULT_OF : TID_OF;
      arg->value = strtol(word + 1, &end, 10);
      if (*end == '+') arg->part = strtol(end + 1, &end, 10);
      break;
    case '<':
      arg->kind = INT_OF;
      arg->value = strtol(word + 1, &end, 10);
      if (*end == '.') arg->part = strtol(end + 1, &end, 10);
      break;
    default:
      arg->kind = NUMBER;
      arg->value = word[0] == '-' ? strtol(word, &end, 0) : (long)strtoul(word, &end, 0);
      return *end == 0;
  }
  return *end == 0 && arg->value >= 0 && arg->value <= MAX_STEPS;
}

static int read_block(const char *word, struct step *step, struct arg *arg) {
  long given = 0, length;
  const char *hex = word + 1;
  arg->kind = BLOCK;
  arg->shown = word[0] == '[' || word[0] == '{';
  if (word[0] == '@') {
    arg->refers = 1;
    length = 8;
    if (step->nargs + 1 >= MAX_ARGS || !read_reference(hex, &step->args[step->nargs + 1])) return 0;
  } else if (word[0] == '^') {
    arg->kind = DEADLINE;
    length = sizeof(struct timespec);
  } else if (word[0] == '[') {
    length = strtol(hex, NULL, 10);
  } else {
    while (hex[given * 2] != 0 && hex[given * 2] != '+') given++;
    length = hex[given * 2] == '+' ? strtol(hex + given * 2 + 1, NULL, 10) : given;
    if (length < given) length = given;
  }
  if (length < 0 || arena_used + (size_t)length + 16 > ARENA) return 0;
  arg->value = (long)arena_used;
  arg->part = word[0] == '^' ? strtol(hex, NULL, 10) : length;
  char *bytes = &shared->arena[arena_used];
  for (long i = 0; i < given; i++) bytes[i] = (char)(hex_digit(hex[i * 2]) << 4 | hex_digit(hex[i * 2 + 1]));
  memset(bytes + given, 0, (size_t)(length - given));
  arena_used += ((size_t)length + 31) & ~15ul;
  return 1;
}

static int uses_ipc, uses_queues, uses_files, uses_terminals, uses_named_semaphores;
static int opens_hosts, locks; /* what the host has, too; anything */

static void note_use(const char *name) {
  int is_named = !strncmp(name, "sem_", 4);
  uses_named_semaphores |= is_named;
  uses_ipc |= !strncmp(name, "shm", 3) || (!strncmp(name, "sem", 3) && !is_named) || !strncmp(name, "msg", 3);
  uses_queues |= !strncmp(name, "mq_", 3);
  uses_files |= !strncmp(name, "open", 4) || !strncmp(name, "mknod", 5);
}

/* Whether a path leads to a file, or a device's name, that is the host's own, though in sight: locks on it are seen there. The
 * current directory is /scratch. */
static int is_hosts(const char *path) {
  static const char *const shared_with_host[] = {"bin", "dev/full", "dev/null", "dev/random", "dev/urandom", "dev/zero", "etc",
                                                 "lib", "lib32", "lib64", "libx32", "sbin", "usr"};
  char at[4096] = "scratch/";
  size_t length = path[0] == '/' ? 0 : strlen(at);
  for (const char *part = path; *part != 0;) {
    size_t size = strcspn(part, "/");
    if (size == 2 && !strncmp(part, "..", 2)) {
      for (length -= length > 0; length > 0 && at[length - 1] != '/'; length--) {
      }
    } else if (size > 0 && !(size == 1 && part[0] == '.')) {
      size_t kept = size < 16 ? size : 16; /* more than any of those that matter has */
      if (length + kept + 2 > sizeof at) return 1;
      memcpy(at + length, part, kept);
      length += kept;
      at[length++] = '/';
    }
    part += size + (part[size] == '/');
  }
  at[length] = 0;
  if (!strcmp(at, "dev/tty/")) return !shared->owns_tty;
  for (size_t i = 0; shared->words > 0 && i < sizeof shared_with_host / sizeof *shared_with_host; i++) {
    size_t size = strlen(shared_with_host[i]);
    if (!strncmp(at, shared_with_host[i], size) && at[size] == '/') return 1;
  }
  return 0;
}

static int is_lock(const struct step *step) {
  long command = step->nargs > 1 && step->args[1].kind == NUMBER ? step->args[1].value : -1;
  if (step->op == SYS_flock) return 1;
  return step->op == SYS_fcntl && (command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK ||
                                   command == F_OFD_SETLKW || command == F_SETLEASE);
}

static int read_step(char *line) {
  if (shared->steps == MAX_STEPS) return 0;
  struct step *step = &shared->program[++shared->steps];
  memset(step, 0, sizeof *step);
  char *rest = line, *word = strsep(&rest, " ");
  word = strsep(&rest, " ");
  if (word == NULL) return 0;
  step->by = atoi(word);
  if (step->by < 0 || step->by >= shared->steps) return 0;
  char *name = strsep(&rest, " ");
  if (name == NULL) return 0;
  step->op = -1;
  for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++)
    if (strcmp(name, CALLS[i].name) == 0) step->op = CALLS[i].op;
  if (step->op < 0) return 0;
  note_use(name);
  while ((word = strsep(&rest, " ")) != NULL) {
    if (word[0] == 0) continue;
    if (step->nargs == MAX_ARGS - 1) return 0;
    struct arg *arg = &step->args[step->nargs];
    if (strchr("\"[{@^", word[0]) ? !read_block(word, step, arg) : !read_reference(word, arg)) return 0;
    if (arg->kind == BLOCK && (!strncmp(&shared->arena[arg->value], "/dev/pt", 7))) uses_terminals = 1;
    if (arg->kind == BLOCK && !strncmp(name, "open", 4)) opens_hosts |= is_hosts(&shared->arena[arg->value]);
    step->nargs++;
  }
  locks |= is_lock(step);
  if (step->op == OP_OPENPTY) uses_terminals = 1;
  return 1;
}

/* ---- supervisor: looking at the workers ---------------------------------------------------------------------------- */

static int proc = -1;      /* the namespace's /proc, mounted where no worker can see it */
static int last_pid = -1;  /* its sys/kernel/ns_last_pid */
static int looks[MAX_STEPS + 1];  /* each worker's stat */
static int counts[MAX_STEPS + 1]; /* each worker's schedstat, where times on a processor are of interest */
static int gone[MAX_STEPS + 1];
static int told[MAX_STEPS + 1];   /* that it has a number */
static unsigned drained;
static unsigned seen;             /* events that there were before the last look at all of them */

struct look {
  char state;  /* as in proc(5); X when there is no such thread */
  int status;
  int threads; /* of a zombie under a command */
  int parent, group, session, terminal, foreground;
};

static struct look stands[MAX_STEPS + 1];  /* each as last looked at */

static int vanished;               /* one was found gone since this was last asked */

static void open_look(int slot) {
  char path[32];
  snprintf(path, sizeof path, "%d/stat", atomic_load(&shared->slots[slot].tid));
  looks[slot] = openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (looks[slot] < 0) looks[slot] = 0, gone[slot] = 1;
}

static struct look look_at(int slot) {
  struct look *look = &stands[slot];
  char text[1024];
  *look = (struct look){.state = 'X'};
  if (gone[slot]) return *look;
  if (looks[slot] == 0) open_look(slot);
  ssize_t length = gone[slot] ? -1 : pread(looks[slot], text, sizeof text - 1, 0);
  if (length <= 0) {
    gone[slot] = vanished = 1;
    return *look;
  }
  text[length] = 0;
  char *rest = strrchr(text, ')') + 2;
  look->state = *rest;
  if (look->state == 'Z' || look->state == 'X') {
    char *last = strrchr(text, ' ');
    look->status = atoi(last);
    for (int field = 3; shared->words > 0 && field < 20 && rest != NULL; field++) rest = strchr(rest + 1, ' ');
    look->threads = shared->words > 0 && rest != NULL ? atoi(rest + 1) : 1;
  }
  return *look;
}

static int is_born(int slot) { return slot == 0 || atomic_load(&shared->slots[slot].tid) != 0; }

static void drain(void) {
  unsigned until = atomic_load(&shared->events);
  if (until - drained > MAX_EVENTS) {
    say("! more has happened than can be written down\n");
    drained = until;
  }
  for (; drained != until; drained++) {
    struct event *event = &shared->log[drained % MAX_EVENTS];
    for (long patience = 0; !atomic_load(&event->ready) && patience < 1000000; patience++) sched_yield();
    atomic_store(&event->ready, 0);
    const long *v = event->values;
    switch (event->kind) {
      case ENTERED:
        say("e %d %d\n", event->step, event->tid);
        break;
      case BORN:
        told[event->step] = 1;
        say("b %d %d\n", event->step, event->tid);
        break;
      case HANDLER:
        if (v[5] == '?') say("! a signal came as a call was about to be made, or had just been made\n");
        say("h %d %ld %ld %ld %ld %ld %c %ld\n", event->tid, v[0], v[1], v[2], v[3], v[4], (char)v[5], v[6]);
        break;
      case RETURNED: {
        struct step *step = &shared->program[event->step];
        say("r %d %d %ld", event->step, event->tid, v[0]);
        for (int i = 0; i < step->nargs; i++)
          if (step->args[i].kind == BLOCK && step->args[i].shown)
            say_hex(&shared->arena[step->args[i].value], step->args[i].part < 256 ? step->args[i].part : 256);
        say("\n");
        break;
      }
    }
  }
}

/* Says how many. */
static int reap(void) {
  int count = 0, status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0; count++) say("i %d %d\n", pid, status);
  return count;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void pause_for(long nanoseconds) {
  struct timespec time = {.tv_nsec = nanoseconds};
  nanosleep(&time, NULL);
}

/* Times that a thread was put on a processor. */
static long runs_of(int slot) {
  char path[40], text[128];
  if (counts[slot] == 0) {
    snprintf(path, sizeof path, "%d/schedstat", atomic_load(&shared->slots[slot].tid));
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    counts[slot] = fd;
  }
  ssize_t length = pread(counts[slot], text, sizeof text - 1, 0);
  if (length <= 0) return -1;
  text[length] = 0;
  return atol(strrchr(text, ' ') + 1);
}

/* A thread that was driven from its processor between the word that it sleeps and the sleep, or whose sleep is over but for
 * a step, has a sleeper's state all the same; of its call the kernel tells only once it is off the processor.
 * Source: kernel/sched/core.c wait_task_inactive(), lib/syscall.c task_current_syscall(). */
static int only_seems_asleep(int slot) {
  char path[40], text[8];
  snprintf(path, sizeof path, "%d/syscall", atomic_load(&shared->slots[slot].tid));
  int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text);
  close(fd);
  return length > 0 && text[0] == 'r';
}

/* The step has made a thread that has not begun to run, and so could not say so. */
static int is_unborn(int slot) {
  struct step *step = &shared->program[slot];
  if (slot == 0 || (step->op != OP_CLONE && step->op != OP_CLONE3) || !atomic_load(&step->entered)) return 0;
  if (!atomic_load(&step->returned)) return !gone[step->by] && look_at(step->by).state == 'D'; /* vfork */
  if (step->result <= 0) return 0;
  char path[40], text[512];
  snprintf(path, sizeof path, "%ld/stat", step->result);
  int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return 0;
  text[length] = 0;
  return strchr("RSD", strrchr(text, ')')[2]) != NULL;
}

/* It has been asked for a call and is on its way to it. */
static int has_not_begun(int slot, char state) {
  struct slot *box = &shared->slots[slot];
  if (shared->running_free || atomic_load(&box->asked) == atomic_load(&box->done) || !strchr("SD", state)) return 0;
  return !atomic_load(&shared->program[box->step].entered);
}

/* A process under a command is dead with the command's own threads, of which some may still be on their way. */
static int is_dying(int slot) {
  if (shared->words == 0 || look_at(slot).threads < 2) return 0;
  for (int other = 0; other <= shared->steps; other++)
    if (other != slot && is_born(other) && !gone[other] && shared->slots[other].leader == shared->slots[slot].leader &&
        look_at(other).state != 'Z')
      return 0;
  return 1;
}

/* Whether a thread runs that is not on its way to wait for a command, or one has yet to begin. */
static int some_run(void) {
  int found = 0;
  for (int slot = 0; slot <= shared->steps; slot++) {
    if (!is_born(slot)) found |= is_unborn(slot);
    else if (!gone[slot] && look_at(slot).state == 'R' && !shared->slots[slot].idle) found = 1;
  }
  return found;
}

/* Two looks at all of them: if none runs, and none has run between, they were all asleep in between. Where times on a
 * processor are not told, as not every implementation of Linux does, more looks with time between stand for that; and
 * where they run freely, as one that has died may be about to wake another. */
static int all_asleep(void) {
  long runs[MAX_STEPS + 1];
  int passes = shared->running_free || (is_guest && runs_of(0) < 0) ? 4 : 2;
  for (int pass = 0; pass < passes; pass++) {
    if (passes > 2 && pass > 0) pause_for(200000);
    for (int slot = 0; slot <= shared->steps; slot++) {
      if (!is_born(slot) && is_unborn(slot)) return 0;
      if (!is_born(slot) || gone[slot]) continue;
      char state = look_at(slot).state;
      if (state == 'R') return 0;
      long count = state == 'X' ? -1 : state == 'Z' ? -2 : runs_of(slot);
      if (pass > 0 && runs[slot] != count) return 0;
      runs[slot] = count;
      if (shared->running_free && pass == 1 && strchr("SD", state) && only_seems_asleep(slot)) return 0;
      if (has_not_begun(slot, state) || (state == 'Z' && is_dying(slot))) return 0;
      /* Where they run freely, a sleep may be that of their first call. */
      int begins = slot != 0 && !shared->slots[slot].born && !shared->running_free;
      if (pass > 0 && state != 'X' && state != 'Z' && state != 'T' && begins) return 0;
    }
  }
  /* Who reaps it looks asleep until the wait is over. Source: kernel/exit.c do_wait(). */
  if (!shared->running_free || !vanished) return 1;
  vanished = 0;
  pause_for(2000000);
  return 0;
}

static int flushed;  /* writes and reads that were over when terminals were last flushed */

/* What was written to terminals since they were last flushed may be on its way, as may what a read has made room for. */
static int may_be_under_way(void) {
  int over = 0, under_way = 0;
  for (int step = 1; step <= shared->steps; step++) {
    if (shared->program[step].op != SYS_write && shared->program[step].op != SYS_read) continue;
    if (atomic_load(&shared->program[step].returned)) over++;
    else under_way += atomic_load(&shared->program[step].entered) != 0;
  }
  int may = over != flushed || under_way > 0;
  flushed = over;
  return may;
}

/* Input of terminals travels by the kernel's own threads; to poll is to wait for them. Source: n_tty_poll(). */
static void flush_terminals(void) {
  for (int slot = 0; slot <= shared->steps; slot++) {
    if (!is_born(slot) || gone[slot]) continue;
    int pidfd = (int)syscall(SYS_pidfd_open, atomic_load(&shared->slots[slot].tid), 0);
    if (pidfd < 0) continue;
    for (int fd = 0; fd < 24; fd++) {
      int copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
      if (copy < 0) continue;
      if (isatty(copy)) {
        struct pollfd poller = {.fd = copy, .events = POLLIN};
        poll(&poller, 1, 0);
      }
      close(copy);
    }
    close(pidfd);
  }
}

/* Those that have ended, or been stopped, before they could say that they run. */
static void note_unborn(void) {
  for (int slot = 1; slot <= shared->steps; slot++) {
    const struct step *step = &shared->program[slot];
    if (told[slot] || (step->op != OP_CLONE && step->op != OP_CLONE3)) continue;
    if (!is_born(slot)) {
      if (!atomic_load(&step->returned) || step->result <= 0) continue;
      atomic_store(&shared->slots[slot].tid, (int)step->result);
      look_at(slot);
    }
    told[slot] = 1;
    say("b %d %d\n", slot, atomic_load(&shared->slots[slot].tid));
  }
}

enum { SETTLED, RUNAWAY };

static int settle_once(double deadline) {
  for (long tries = 0;; tries++) {
    seen = atomic_load(&shared->events);
    if (shared->realtime && !shared->running_free ? !some_run() : all_asleep()) return SETTLED;
    if (now() > deadline) return RUNAWAY;
    if (tries < 50) sched_yield();
    else pause_for(50000);
  }
}

/* A state in which some thread is that is in a call: D, or else S; 0 where none is. */
static char sleeping_in_call(void) {
  char found = 0;
  for (int slot = 0; slot <= shared->steps; slot++) {
    if (!is_born(slot) || gone[slot] || atomic_load(&shared->slots[slot].idle)) continue;
    char state = look_at(slot).state;
    if (state == 'D' || (state == 'S' && found == 0)) found = state;
  }
  return found;
}

/* Under a command a thread in a call may sleep on what is the command's own, such as a lock or much memory to be read in,
 * and not the call's. */
static int stays_settled(double deadline) {
  unsigned before = atomic_load(&shared->events);
  double patience = now() + 2;
  for (int look = 0; look < 4 || (sleeping_in_call() == 'D' && now() < patience); look++) {
    pause_for(4000000);
    if (settle_once(deadline) == RUNAWAY || atomic_load(&shared->events) != before) return 0;
  }
  return 1;
}

/* The kernel itself holds a thread up, as for a lock that others on the machine have; who waits for its vfork child only
 * looks so. */
static int is_held_up(void) {
  for (int slot = 0; slot <= shared->steps; slot++) {
    if (!is_born(slot) || gone[slot] || stands[slot].state != 'D') continue;
    int at = shared->slots[slot].step;
    const struct step *call = &shared->program[at];
    int is_vfork = (call->op == OP_CLONE || call->op == OP_CLONE3) && (call->args[0].value & CLONE_VFORK) != 0;
    if (!is_vfork || !is_born(at)) return 1;
  }
  return 0;
}

/* Wait until nobody has anything left to do, and write down what happened and how everybody stands. */
static int settle(int step) {
  double deadline = now() + (shared->words > 0 || is_guest ? 20 : 2); /* emulators may be slow */
  double patience = now() + 5;
  for (int flushing = 0;;) {
    if (settle_once(deadline) == RUNAWAY) {
      kill(-1, SIGKILL);
      drain();
      say("! step %d: a process runs on and on\n", step);
      pause_for(999999999); /* real-time threads that took all of a processor are held back as long. Source: sched(7) */
      return RUNAWAY;
    }
    if (uses_terminals && (flushing || may_be_under_way())) {
      unsigned before = atomic_load(&shared->events);
      flush_terminals();
      flush_terminals(); /* what the first found was echoed, perhaps */
      flushing = settle_once(deadline) == RUNAWAY || before != atomic_load(&shared->events);
      if (flushing) continue;
    }
    if (shared->words > 0 && sleeping_in_call() != 0 && !stays_settled(deadline)) continue;
    if (shared->words == 0 && is_held_up()) {
      if (now() < patience) {
        pause_for(100000);
        continue;
      }
      say("! step %d: the kernel itself holds a process up\n", step);
    }
    drain();
    if (drained != seen) continue; /* a time-out came meanwhile */
    if (shared->running_free) note_unborn();
    if (reap() > 0) some_run();
    char line[2048];
    size_t length = 0;
    for (int slot = 0; slot <= shared->steps; slot++) {
      if (!is_born(slot)) continue;
      struct look look = stands[slot];
      int idle = atomic_load(&shared->slots[slot].idle) &&
                 atomic_load(&shared->slots[slot].asked) == atomic_load(&shared->slots[slot].done);
      char state = look.state == 'S' || look.state == 'D' ? (idle ? 'u' : 'c') : look.state;
      if (state == 'u') continue;
      length += (size_t)snprintf(line + length, sizeof line - length, " %d:%c", slot, state);
      if (state == 'Z') length += (size_t)snprintf(line + length, sizeof line - length, "%d", look.status);
    }
    line[length] = 0;
    if (drained != atomic_load(&shared->events)) continue;
    say("= %d%s\n", step, line);
    return SETTLED;
  }
}

static int may_call(int slot) {
  struct slot *box = &shared->slots[slot];
  if (!is_born(slot) || !atomic_load(&box->idle) || atomic_load(&box->asked) != atomic_load(&box->done)) return 0;
  char state = stands[slot].state;
  return state == 'S' || state == 'R' || state == 'D';
}

static void ask(int slot, int step) {
  struct slot *box = &shared->slots[slot];
  box->step = step;
  atomic_store(&box->idle, 0);
  atomic_fetch_add(&box->asked, 1);
  raw(SYS_futex, (long)&box->asked, FUTEX_WAKE, 1, 0, 0, 0);
}

/* ---- supervisor: snapshots ------------------------------------------------------------------------------------------ */

static void say_file(int directory, const char *path, const char *key) {
  static char text[1 << 16];
  int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  long length = 0;
  ssize_t n;
  while (length < (long)sizeof text && (n = read(fd, text + length, sizeof text - (size_t)length)) > 0) length += n;
  close(fd);
  say_text(key, text, length);
}

static void snapshot_process(int slot) {
  int tid = atomic_load(&shared->slots[slot].tid);
  char path[300], key[300], link[256];
  snprintf(path, sizeof path, "%d/stat", tid);
  snprintf(key, sizeof key, "stat %d", tid);
  say_file(proc, path, key);
  snprintf(path, sizeof path, "%d/status", tid);
  snprintf(key, sizeof key, "status %d", tid);
  say_file(proc, path, key);
  snprintf(path, sizeof path, "%d/fd", tid);
  int directory = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *list = directory < 0 ? NULL : fdopendir(directory);
  if (list == NULL) return;
  for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    ssize_t length = readlinkat(directory, entry->d_name, link, sizeof link - 1);
    if (length < 0) continue;
    link[length] = 0;
    snprintf(key, sizeof key, "fd %d %s", tid, entry->d_name);
    say_text(key, link, length);
    snprintf(path, sizeof path, "%d/fdinfo/%s", tid, entry->d_name);
    snprintf(key, sizeof key, "fdinfo %d %s", tid, entry->d_name);
    say_file(proc, path, key);
  }
  closedir(list);
}

union semun {
  int val;
  struct semid_ds *buf;
  unsigned short *array;
  struct seminfo *info;
};

static void snapshot_semaphores(void) {
  struct seminfo info;
  int last = semctl(0, 0, SEM_INFO, (union semun){.info = &info});
  for (int index = 0; index <= last; index++) {
    struct semid_ds set;
    int id = semctl(index, 0, SEM_STAT, (union semun){.buf = &set});
    if (id < 0) continue;
    say("z sem %d", id);
    for (unsigned long num = 0; num < set.sem_nsems; num++)
      say(" %d/%d/%d/%d", semctl(id, (int)num, GETVAL), semctl(id, (int)num, GETPID), semctl(id, (int)num, GETNCNT),
          semctl(id, (int)num, GETZCNT));
    say("\n");
  }
}

/* Whose session a terminal is, and its foreground group, as its master says; a slave is not opened for it, and none is
 * asked, as that tells only those whose terminal it is. */
static void snapshot_terminals(void) {
  static int told[64];
  memset(told, 0, sizeof told);
  for (int slot = 0; slot <= shared->steps; slot++) {
    if (!is_born(slot) || gone[slot]) continue;
    int pidfd = (int)syscall(SYS_pidfd_open, atomic_load(&shared->slots[slot].tid), 0);
    if (pidfd < 0) continue;
    for (int fd = 0; fd < 24; fd++) {
      unsigned number;
      int session = 0, foreground = 0;
      int copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
      if (copy < 0) continue;
      if (ioctl(copy, TIOCGPTN, &number) == 0 && number < 64 && !told[number]) {
        told[number] = 1;
        ioctl(copy, TIOCGSID, &session);
        ioctl(copy, TIOCGPGRP, &foreground);
        say("z terminal %u %d %d\n", number, session, foreground);
      }
      close(copy);
    }
    close(pidfd);
  }
}

static void snapshot(void) {
  for (int slot = 0; slot <= shared->steps; slot++)
    if (is_born(slot) && !gone[slot]) snapshot_process(slot);
  if (uses_terminals) snapshot_terminals();
  struct stat work;
  if (stat(".", &work) == 0) say("z device %02x:%02x\n", major(work.st_dev), minor(work.st_dev));
  struct statfs room;
  if (statfs(".", &room) == 0 && room.f_files > 0) say("z inodes %ld\n", (long)(room.f_files - room.f_ffree));
  say_file(proc, "locks", "locks");
  if (uses_ipc) {
    say_file(proc, "sysvipc/shm", "shm");
    say_file(proc, "sysvipc/msg", "msg");
    snapshot_semaphores();
  }
  if (uses_named_semaphores) snapshot_named_semaphores();
  if (uses_queues) {
    DIR *queues = opendir("/dev/mqueue");
    for (struct dirent *entry; queues != NULL && (entry = readdir(queues)) != NULL;) {
      char key[300];
      if (entry->d_name[0] == '.') continue;
      snprintf(key, sizeof key, "queue /%s", entry->d_name);
      say_file(dirfd(queues), entry->d_name, key);
    }
    if (queues != NULL) closedir(queues);
  }
}

/* ---- supervisor: one program ---------------------------------------------------------------------------------------- */

/* The first worker under the target's command; false when that ends, or does not come so far. */
static int begin_wrapped(struct slot *first) {
  pid_t child = fork();
  if (child == 0) {
    struct sched_param priority = {.sched_priority = 1};
    if (shared->realtime && !shared->running_free) sched_setscheduler(0, SCHED_FIFO, &priority);
    close_all();
    exec_worker(NULL, "0", "0");
    _exit(127);
  }
  atomic_store(&first->tid, child);
  for (double until = now() + 20; !atomic_load(&shared->program[0].born); pause_for(50000)) {
    int status;
    if (waitpid(child, &status, WNOHANG | __WALL) == child) {
      if (WIFEXITED(status)) say("! the target's command ended with status %d\n", WEXITSTATUS(status));
      else say("! the target's command was killed by signal %d\n", WTERMSIG(status));
      return 0;
    }
    if (now() > until) {
      say("! the target's command does not start a worker\n");
      return 0;
    }
  }
  return 1;
}

static int make_first(void) {
  struct slot *first = &shared->slots[0];
  first->number = first->leader = 0;
  if (shared->words > 0) return begin_wrapped(first);
  *(struct slot **)stack_top(0) = first;
  long args[5] = {SIGCHLD, (long)stack_top(0), 0, 0, 0};
  long tid = spawn(SYS_clone, args);
  if (tid < 0) _exit(3);
  atomic_store(&first->tid, (int)tid);
  while (!atomic_load(&shared->program[0].born)) sched_yield();
  return 1;
}

static void reset_mailboxes(void) {
  for (int slot = 0; slot <= shared->steps; slot++) {
    memset(&shared->slots[slot], 0, sizeof shared->slots[slot]);
    gone[slot] = told[slot] = 0;
    if (looks[slot] > 0) close(looks[slot]);
    if (counts[slot] > 0) close(counts[slot]);
    looks[slot] = counts[slot] = 0;
  }
  for (unsigned i = 0; i < MAX_EVENTS && i < atomic_load(&shared->events); i++) shared->log[i].ready = 0;
  atomic_store(&shared->events, 0);
  drained = 0;
  flushed = 0;
}

static void empty_directory(const char *path) {
  DIR *list = opendir(path);
  if (list == NULL) return;
  for (struct dirent *entry; (entry = readdir(list)) != NULL;)
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) unlinkat(dirfd(list), entry->d_name, 0);
  closedir(list);
}

static void remove_ipc(void) {
  union semun semaphores = {.info = &(struct seminfo){0}};
  struct shm_info memory;
  struct msginfo messages;
  struct shmid_ds segment;
  struct msqid_ds queue;
  struct semid_ds set;
  int last = shmctl(0, SHM_INFO, (struct shmid_ds *)&memory);
  for (int index = 0; index <= last; index++) {
    int id = shmctl(index, SHM_STAT, &segment);
    if (id >= 0) shmctl(id, IPC_RMID, NULL);
  }
  last = semctl(0, 0, SEM_INFO, semaphores);
  for (int index = 0; index <= last; index++) {
    int id = semctl(index, 0, SEM_STAT, (union semun){.buf = &set});
    if (id >= 0) semctl(id, 0, IPC_RMID);
  }
  last = msgctl(0, MSG_INFO, (struct msqid_ds *)&messages);
  for (int index = 0; index <= last; index++) {
    int id = msgctl(index, MSG_STAT, &queue);
    if (id >= 0) msgctl(id, IPC_RMID, NULL);
  }
}

/* Everybody dies and everything is removed, as if the namespaces were new. */
static void clean_up(void) {
  kill(-1, SIGKILL);
  while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR) {
  }
  if (uses_ipc) remove_ipc();
  if (uses_queues) empty_directory("/dev/mqueue");
  if (uses_named_semaphores) empty_directory("/dev/shm");
  if (uses_files || shared->words > 0) empty_directory("."); /* an emulator may leave files of its own */
  uses_ipc = uses_queues = uses_files = uses_terminals = uses_named_semaphores = 0;
}

/* Somebody sleeps who may yet be woken by the clock. */
static int has_sleepers(void) {
  for (int slot = 0; slot <= shared->steps; slot++)
    if (is_born(slot) && !gone[slot] && !atomic_load(&shared->slots[slot].idle) && look_at(slot).state != 'Z') return 1;
  return 0;
}

static void wait_for_time(void) {
  for (double until = now() + 3; has_sleepers() && now() < until;) pause_for(20000000);
}

/* When a time-out comes while it is read it shows two moments at once, and is read anew. */
static void settled_snapshot(int step) {
  for (int tries = 0; tries < 8; tries++) {
    snapshot();
    if (drained == atomic_load(&shared->events)) return;
    say("~\n");
    if (settle(step) == RUNAWAY) return;
  }
}

static void run_steps(const char *flags) {
  for (int step = 1; step <= shared->steps; step++) {
    long values[MAX_ARGS];
    if (!may_call(shared->program[step].by) || !resolve_all(&shared->program[step], values)) {
      say("k %d\n", step);
      continue;
    }
    ask(shared->program[step].by, step);
    if (settle(step) == RUNAWAY) return;
    if (strchr(flags, 'S')) settled_snapshot(step);
  }
}

static void run_program(const char *id, const char *flags) {
  int is_free = strchr(flags, 'r') != NULL;
  shared->running_free = is_free;
  shared->program[0].born = 0;
  shared->jitter = (unsigned)strtoul(id, NULL, 10) * 2654435761u + 1;
  if (last_pid >= 0) pwrite(last_pid, "1", 1, 0);
  if (make_first()) {
    settle(0);
    if (!is_free) run_steps(flags);
    if (strchr(flags, 'w')) {
      wait_for_time();
      settle(shared->steps);
    }
    if (strchr(flags, 's')) settled_snapshot(shared->steps);
  }
  say(". %s\n", id);
  clean_up();
  reset_mailboxes();
}

/* One program, or all that come; false when there are no more. */
static int serve_programs(int one) {
  for (char *line; (line = read_line()) != NULL;) {
    if (line[0] != 'p') continue;
    char id[32] = "", flags[16] = "";
    sscanf(line, "p %31s %15s", id, flags);
    int good = 1;
    shared->steps = 0;
    arena_used = 0;
    opens_hosts = locks = 0;
    while ((line = read_line()) != NULL && line[0] != '.') good = good && line[0] == 's' && read_step(line);
    if (line == NULL) return 0;
    if (good && !(opens_hosts && locks)) run_program(id, flags);
    else say("! %s\n. %s\n", good ? "it would lock what the host has, too" : "no program", id);
    if (input->at == input->length || written_length > sizeof written / 2 || one || is_guest || shared->words > 0)
      flush_written();
    if (one) return 1;
  }
  return 0;
}

/* ---- namespaces ------------------------------------------------------------------------------------------------------ */

static void cannot(const char *what) {
  fprintf(stderr, "cannot %s: %s\n", what, strerror(errno));
  _exit(3);
}

static void want(int done, const char *what) {
  if (!done && !is_guest) cannot(what);
}

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) cannot(path);
  close(fd);
}

static void mount_new(const char *type, const char *target, const char *options) {
  if (mount(type, target, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, options) < 0) cannot("mount a file system of its own");
}

#include "executor-target.h"

/* What programs may need remains, though nothing that raises limits: those keep core files, and helpers of the host's that
 * would take them, away from programs between an execve and its first instructions. What makes namespaces, too, for a command
 * that keeps programs apart in its own way. */
static void drop_capabilities(int own_namespaces) {
  static const int kept[] = {
      CAP_SETFCAP, CAP_SYS_CHROOT, CAP_CHOWN, CAP_NET_ADMIN, /* what makes namespaces */
      CAP_KILL, CAP_SETUID, CAP_SETGID, CAP_IPC_LOCK, CAP_IPC_OWNER, CAP_SYS_NICE, CAP_SYS_ADMIN,
      CAP_SYS_PTRACE, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_LEASE, CAP_SYS_TTY_CONFIG, CAP_SETPCAP,
  };
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct had[2] = {0}, sets[2] = {0};
  if (syscall(SYS_capget, &header, had) < 0) cannot("read capabilities");
  for (size_t i = own_namespaces ? 0 : 4; i < sizeof kept / sizeof *kept; i++) {
    unsigned bit = 1u << (kept[i] % 32) & had[kept[i] / 32].permitted;
    sets[kept[i] / 32].permitted |= bit;
    sets[kept[i] / 32].effective |= bit;
  }
  for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++)
    if ((sets[cap / 32].permitted & (1u << (cap % 32))) == 0) prctl(PR_CAPBSET_DROP, cap);
  if (syscall(SYS_capset, &header, sets) < 0) cannot("drop capabilities");
}

/* Be killed when the parent ends, whom a pidfd names; at once if it has ended. */
static void die_with(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (parent < 0) return;
  struct pollfd ended = {.fd = parent, .events = POLLIN};
  if (poll(&ended, 1, 0) != 0) _exit(1);
}

static dev_t device_of(const char *path) {
  struct stat about;
  return stat(path, &about) < 0 ? 0 : about.st_dev;
}

/* pid 1 of the innermost namespaces. It has no handlers, so that no signal of its children's can harm it. */
__attribute__((noreturn)) static void supervise(int launcher, int one, int realtime, char **command) {
  die_with(launcher);
  setsid();
  signal(SIGCHLD, SIG_DFL);
  treat_signals((void *)SIG_DFL);
  if (is_guest) treat_signals((void *)SIG_IGN); /* not every implementation of Linux spares pid 1 */
  want(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "make mounts private");
  mkdir("/proc/0", 0700);
  mount_new("proc", "/proc", NULL);
  proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  last_pid = openat(proc, "sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
  if (proc < 0) cannot("open /proc");
  want(last_pid >= 0, "open /proc/sys/kernel/ns_last_pid");
  if (command[0] != NULL) mount_own_proc("/tmp");
  while (umount2("/proc", MNT_DETACH) == 0) {
  }
  if (command[0] != NULL && mount("/tmp", "/proc", NULL, MS_MOVE, NULL) < 0) cannot("show a command its /proc");
  want(mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620") == 0 ||
           (is_guest && mount("devpts", "/dev/pts", "devpts", 0, NULL) == 0),
       "mount devpts");
  want(mount("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0, "mount mqueue");
  mount_new("tmpfs", "/dev/shm", "size=1m,mode=1777");
  mount_new("tmpfs", "/scratch", "size=64m,mode=0777");
  if (chdir("/scratch") < 0) cannot("enter /scratch");
  struct stat tty;
  shared->owns_tty = is_guest || stat("/dev/tty", &tty) < 0 || tty.st_dev == device_of("/dev");
  madvise(written, sizeof written, MADV_DONTFORK); /* workers are made and ended faster without */
  shared->realtime = realtime;
  note_command(command);
  cpu_set_t cpus;
  sched_getaffinity(0, sizeof cpus, &cpus);
  shared->free_cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
  if (shared->free_cpus > 64) shared->free_cpus = 64;
  keep_from_dumping();
  setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1});
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){1024, 4096});
  drop_capabilities(0);
  int more = serve_programs(one);
  flush_written();
  _exit(more ? 0 : 1);
}

/* As root the workers get real-time priority on one processor; elsewhere that is refused. */
static int try_realtime(void) {
  struct sched_param fifo = {.sched_priority = 1}, other = {0};
  if (sched_setscheduler(0, SCHED_FIFO, &fifo) < 0) return 0;
  sched_setscheduler(0, SCHED_OTHER, &other);
  return 1;
}

static void pin_to_one(int cpu) {
  cpu_set_t all, one;
  sched_getaffinity(0, sizeof all, &all);
  int count = CPU_COUNT(&all), seen = 0;
  CPU_ZERO(&one);
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET(i, &all) && seen++ == cpu % count) CPU_SET(i, &one);
  sched_setaffinity(0, sizeof one, &one);
}

static pid_t fork_into_namespaces(void) {
  struct clone_args how = {
      .flags = CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS,
      .exit_signal = SIGCHLD,
  };
  pid_t child = (pid_t)syscall(SYS_clone3, &how, sizeof how);
  if (child >= 0 || !is_guest) return child;
  child = (pid_t)RAW3(SYS_clone, CLONE_NEWPID | CLONE_NEWIPC | SIGCHLD, 0, 0);
  return child >= 0 ? child : (pid_t)RAW3(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0);
}

/* The command inside of which programs are run, as all there is in a PID namespace of its own, which ends with it. */
static int hold(char **command) {
  int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (self < 0) cannot("open a pidfd");
  pid_t init = fork_into_namespaces();
  if (init < 0) cannot("make a PID, an IPC and a mount namespace");
  if (init == 0) hold_command(self, command);
  int status;
  while (waitpid(init, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Inside the private root: one supervisor for all programs, or a fresh one, in fresh namespaces, for each. */
static int launch(int fresh, int free, int cpu, char **command) {
  int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  want(self >= 0, "open a pidfd");
  input = mmap(NULL, sizeof *input, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (map_shared() < 0) cannot("map the mailbox");
  int realtime = try_realtime();
  if (realtime) setpriority(PRIO_PROCESS, 0, -15); /* the workers come before it all the same */
  if (!free) pin_to_one(cpu);
  printf("ready %s\n", realtime ? "realtime" : "polling");
  fflush(stdout);
  for (;;) {
    pid_t child = fork_into_namespaces();
    if (child < 0) cannot("make a PID, an IPC and a mount namespace");
    if (child == 0) supervise(self, fresh, realtime, command);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    if (!fresh || WEXITSTATUS(status) == 1) return 0;
  }
}

/* Only root of the machine may make devices. As a mount point it cannot be removed. */
static int make_own_tty(void) {
  int fd;
  if (mknod("dev/tty", S_IFCHR | 0666, makedev(5, 0)) < 0) return 0;
  chmod("dev/tty", 0666);
  /* Without a terminal there is none to be opened: anything else says that no device may be. */
  if ((fd = open("dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)) >= 0) close(fd);
  if ((fd >= 0 || errno == ENXIO) && mount("dev/tty", "dev/tty", NULL, MS_BIND, NULL) == 0) return 1;
  unlink("dev/tty");
  return 0;
}

/* A root directory with nothing in it but this program, mount points and two devices' names; for the command of a target
 * also the system's programs. */
static void make_root(char **command) {
  want(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "make mounts private");
  int program = command[0] == NULL ? -1 : open(command[0], O_RDONLY | O_CLOEXEC);
  /* Where the mailbox lies on huge pages, a worker has it mapped after a fault or two. Not every kernel knows them. */
  if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=64m,mode=0755,huge=within_size") < 0 &&
      mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=64m,mode=0755") < 0)
    cannot("mount a tmpfs");
  if (chdir("/tmp") < 0) cannot("enter the tmpfs");
  static const char *const directories[] = {"proc", "dev", "dev/pts", "dev/mqueue", "dev/shm", "scratch", "bin"};
  for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
    if (mkdir(directories[i], 0755) < 0) cannot("fill the tmpfs");
    if (i == 1) mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "size=1m,mode=0755"); /* devices may be opened there */
  }
  if (symlink("pts/ptmx", "dev/ptmx") < 0) cannot("fill the tmpfs");
  copy_open_file(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "executor");
  int mailbox = open("mailbox", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (mailbox < 0 || fchmod(mailbox, 0666) < 0 || ftruncate(mailbox, (sizeof *shared / HUGE + 1) * HUGE) < 0)
    cannot("make the mailbox");
  close(mailbox);
  if (command[0] != NULL) show_programs(command, program);
  /* Whoever opens this gets the terminal of its own session, and so never one of the host's; but locks are the file's. */
  if (!make_own_tty()) {
    int tty = open("dev/tty", O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    close(tty);
    if (mount("/dev/tty", "dev/tty", NULL, MS_BIND, NULL) < 0) unlink("dev/tty");
  }
  /* Not every implementation lets others mount terminals; its own serve as well. */
  if (is_guest) mount("/dev/pts", "dev/pts", NULL, MS_BIND, NULL);
  /* Who is not root may mount a new /proc only where a whole one can be seen. */
  want(mount("/proc", "proc", NULL, MS_BIND | MS_REC, NULL) == 0, "keep /proc in sight");
  if ((syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0) && (!is_guest || chroot(".") < 0))
    cannot("leave the host's root directory");
  if (chdir("/") < 0) cannot("enter the private root directory");
}

/* Where memory runs out, whatever takes it here ends before anything of the host's. Source: proc(5) oom_score_adj. */
static void die_first(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "1000", 4) < 0) {
    /* It is what it was. */
  }
  close(fd);
}

static void isolate(void) {
  uid_t uid = geteuid();
  gid_t gid = getegid();
  int flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS;
  if (is_guest && uid == 0) {
    unshare(CLONE_NEWNS);
    unshare(CLONE_NEWNET);
    unshare(CLONE_NEWUTS);
    return;
  }
  if (uid != 0) flags |= CLONE_NEWUSER;
  if (unshare(flags) < 0) cannot(uid == 0 ? "make namespaces" : "make a user namespace");
  if (uid == 0) return;
  char map[64];
  write_file("/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "0 %u 1", uid);
  write_file("/proc/self/uid_map", map);
  snprintf(map, sizeof map, "0 %u 1", gid);
  write_file("/proc/self/gid_map", map);
}

/* In a root directory of its own, as what `how` says: launch programs, or hold the command that they run inside. */
static void go_on_inside(const char *how, char **rest) {
  char *arguments[MAX_WORDS + 8] = {"/executor", (char *)how};
  for (int i = 0; rest[i] != NULL; i++) arguments[i + 2] = rest[i];
  /* Restartable sequences would cost each switch to a worker, and a page of each. */
  char *environment[] = {"GLIBC_TUNABLES=glibc.pthread.rseq=0", NULL};
  execve("/executor", arguments, environment);
  cannot("start inside");
}

int main(int argc, char **argv) {
  static char *none[] = {NULL};
  if (argc == 4 && strcmp(argv[1], "--worker") == 0) return main_after_exec(argv);
  if (argc >= 5 && argc < MAX_WORDS + 5) {
    if (strcmp(argv[1], "--guest") == 0 || strcmp(argv[1], "--agent") == 0) is_guest = 1;
    int fresh = atoi(argv[2]), free = atoi(argv[3]), cpu = atoi(argv[4]);
    if (strcmp(argv[1], "--isolated") == 0 || strcmp(argv[1], "--guest") == 0) return launch(fresh, free, cpu, argv + 5);
    if (strcmp(argv[1], "--holding") == 0) return hold(argv + 5);
    if (strcmp(argv[1], "--agent") == 0) {
      settle_in();
      isolate();
      make_root(none);
      argv[5] = NULL;
      go_on_inside("--guest", argv + 2);
    }
  }
  int inside = argc > 6 && strcmp(argv[5], "inside") == 0;
  if ((argc != 5 && (argc < 7 || (!inside && strcmp(argv[5], "wrap") != 0))) || argc > MAX_WORDS) {
    fprintf(stderr, "usage: executor PARENT-PID FRESH FREE CPU [wrap|inside COMMAND...]\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != atoi(argv[1])) return 1;
  raw(SYS_close_range, 3, ~0u, 0, 0, 0, 0);
  umask(0022);
  die_first();
  isolate();
  make_root(argc > 6 ? argv + 6 : none);
  /* To change user namespaces takes the signal away. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != atoi(argv[1])) return 1;
  if (argc > 5) memmove(argv + 5, argv + 6, (size_t)(argc - 5) * sizeof *argv);
  go_on_inside(inside ? "--holding" : "--isolated", argv + 2);
  return 3;
}
