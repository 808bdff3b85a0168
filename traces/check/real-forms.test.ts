import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'
import { explain } from './explain.ts'

const BEGIN = '9 execve("./a", ["./a"], 0x7ffd0 /* 1 var */) = 0\n9 set_tid_address(0x1a10) = 9\n'
const END = '9 exit_group(0) = ?\n9 +++ exited with 0 +++\n'
const THREAD =
  '9 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS, exit_signal=0, stack=0x7f1000, stack_size=0x7ff00, tls=0x7f2000} => {parent_tid=[10]}, 88) = 10\n'

const verdictOf = (lines: string) => checkText(BEGIN + lines + END)

async function conforms(lines: string): Promise<void> {
  const verdict = await verdictOf(lines)
  expect(verdict.verdict, explain(verdict)).toBe('conforms')
}

async function violates(lines: string, line: number): Promise<void> {
  const verdict = await verdictOf(lines)
  expect(verdict.violations[0]?.line, explain(verdict)).toBe(line)
}

describe('descriptors that threads share', () => {
  it('accept promises itself a number when it is entered, which may be after the open that was entered before', () =>
    conforms(`${THREAD}9 openat(AT_FDCWD, "/etc/passwd", O_RDONLY <unfinished ...>
10 accept4(7,  <unfinished ...>
9 <... openat resumed>) = 3
9 close(3) = 0
10 <... accept4 resumed>NULL, NULL, SOCK_CLOEXEC) = 4
10 close(4) = 0
`))

  it('an open that fails holds a number while it lasts, so that another thread gets a higher one', () =>
    conforms(`${THREAD}9 openat(AT_FDCWD, "/none", O_RDONLY <unfinished ...>
10 socket(AF_UNIX, SOCK_STREAM, 0) = 4
9 <... openat resumed>) = -1 ENOENT (No such file or directory)
9 socket(AF_UNIX, SOCK_STREAM, 0) = 3
`))

  it('without such an open the lowest free number is taken', () =>
    violates(
      `${THREAD}9 socket(AF_UNIX, SOCK_STREAM, 0) = 3
9 close(3) = 0
10 socket(AF_UNIX, SOCK_STREAM, 0) = 4
`,
      6,
    ))
})

describe('forks among threads', () => {
  it('copy the descriptors that there are when they are entered, or later', () =>
    conforms(`${THREAD}9 pipe2([3, 4], O_CLOEXEC) = 0
9 vfork( <unfinished ...>
10 pipe2([5, 6], O_CLOEXEC) = 0
${Array.from({ length: 80 }, () => '10 getppid() = 1\n').join('')}11 execve("/bin/true", ["true"], 0x7ffd) = 0
9 <... vfork resumed>) = 11
10 close(6) = 0
10 read(5, "", 1) = 0
11 exit_group(0) = ?
11 +++ exited with 0 +++
9 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---
`))
})

describe('descriptors that calls make by the way', () => {
  it('the maker of a process gets one for it under CLONE_PIDFD', () =>
    conforms(`9 socket(AF_UNIX, SOCK_STREAM, 0) = 3
9 close(3) = 0
9 clone3({flags=CLONE_PIDFD, pidfd=0x7ffc, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => {pidfd=[3]}, 88) = 10
9 socket(AF_UNIX, SOCK_STREAM, 0) = 4
10 exit_group(0) = ?
10 +++ exited with 0 +++
9 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=10, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---
9 close(3) = 0
`))

  it('an ioctl of a device may return one', () =>
    conforms(`9 socket(AF_UNIX, SOCK_STREAM, 0) = 3
9 socket(AF_UNIX, SOCK_STREAM, 0) = 4
9 close(4) = 0
9 ioctl(3, SIOCGSKNS, 0xffffffff) = 4
9 close(4) = 0
`))

  it('each event of fanotify may bring one', () =>
    conforms(`9 fanotify_init(FAN_CLASS_NOTIF, O_RDONLY) = 3
9 socket(AF_UNIX, SOCK_STREAM, 0) = 4
9 close(4) = 0
9 read(3, "\\30\\0\\0\\0\\3\\0\\30\\0", 4096) = 24
9 close(4) = 0
`))

  it('landlock_create_ruleset without attributes makes none, and signalfd on one that is there makes no other', () =>
    conforms(`9 landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) = 7
9 signalfd4(-1, [CHLD], 8, SFD_CLOEXEC) = 3
9 signalfd4(3, [USR1], 8, 0) = 3
9 socket(AF_UNIX, SOCK_STREAM, 0) = 4
`))
})

describe('signals', () => {
  const ACTION = '{sa_handler=0x401136, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x7f}'
  const TAKEN = '--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=9, si_uid=0} ---'

  it('one that was read from a descriptor is pending no more', () =>
    conforms(`9 rt_sigaction(SIGUSR1, ${ACTION}, NULL, 8) = 0
9 rt_sigprocmask(SIG_BLOCK, [USR1], [], 8) = 0
9 signalfd4(-1, [USR1], 8, 0) = 3
9 kill(9, SIGUSR1) = 0
9 read(3, "\\n\\0\\0\\0", 128) = 128
9 rt_sigpending([], 8) = 0
9 rt_sigprocmask(SIG_UNBLOCK, [USR1], NULL, 8) = 0
9 getppid() = 1
`))

  it('one that no descriptor can read is taken when it is let in', () =>
    violates(
      `9 rt_sigaction(SIGUSR1, ${ACTION}, NULL, 8) = 0
9 rt_sigprocmask(SIG_BLOCK, [USR1], [], 8) = 0
9 kill(9, SIGUSR1) = 0
9 rt_sigprocmask(SIG_UNBLOCK, [USR1], NULL, 8) = 0
9 getppid() = 1
`,
      7,
    ))

  it('strace does not show the mask of an epoll_pwait that fails, which may have let one in', () =>
    conforms(`9 rt_sigaction(SIGUSR1, ${ACTION}, NULL, 8) = 0
9 epoll_create1(0) = 3
9 rt_sigprocmask(SIG_BLOCK, [USR1], [], 8) = 0
9 kill(9, SIGUSR1) = 0
9 epoll_pwait(3, 0x7ffe741a2c34, 1, -1, 0x7ffe741a2c50, 8) = -1 EINTR (Interrupted system call)
9 ${TAKEN}
9 rt_sigreturn({mask=[USR1]}) = -1 EINTR (Interrupted system call)
9 rt_sigprocmask(SIG_UNBLOCK, [USR1], NULL, 8) = 0
`))

  it('a filter of system calls may answer in the place of the kernel', () =>
    conforms(`9 prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) = 0
9 seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=4, filter=0x7ffd}) = 0
9 getpgrp() = -1 EPERM (Operation not permitted)
`))
})

describe('what a capture does not show', () => {
  it('no exit without a call: under -z calls without a result are not there', () =>
    conforms(`9 pipe2([3, 4], 0) = 0
9 clone(child_stack=NULL, flags=SIGCHLD) = 10
9 close(4) = 0
10 write(4, "x", 1) = 1
10 +++ exited with 0 +++
9 read(3, "x", 2) = 1
9 read(3, "", 1) = 0
`))

  it('handlers return from signals without lines under -e signal=none', () =>
    conforms(`9 rt_sigaction(SIGCHLD, {sa_handler=0x401136, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x7f}, NULL, 8) = 0
9 clone(child_stack=NULL, flags=SIGCHLD) = 10
10 exit_group(0) = ?
10 +++ exited with 0 +++
9 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], WNOHANG, NULL) = 10
9 rt_sigreturn({mask=[]}) = 0
`))

  it('nothing of a process after its execve, where strace lets go of it there', () =>
    conforms(`9 pipe2([3, 4], 0) = 0
9 clone(child_stack=NULL, flags=SIGCHLD) = 10
10 execve("/bin/true", ["true"], 0x7ffd <unfinished ...>
9 close(4) = 0
9 read(3, "hi", 2) = 2
9 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 10
`))
})

describe('captures without -f', () => {
  const forked = (pid: number) => `clone(child_stack=NULL, flags=SIGCHLD) = ${pid}\n`
  const alone = (lines: string) => checkText(`${BEGIN}${lines}${END}`.replaceAll(/^9 /gm, ''))

  it('a wait need not ask for the status of the child that it takes away', async () => {
    const verdict = await alone(`${forked(10)}wait4(10, NULL, 0, NULL) = 10
${forked(11)}waitid(P_PID, 11, NULL, WEXITED, NULL) = 0
wait4(-1, 0x7ffe, 0, NULL) = -1 ECHILD (No child processes)
`)
    expect(verdict.verdict, explain(verdict)).toBe('conforms')
  })

  it('a child whose death another signal tells is not waited for without __WALL', async () => {
    const verdict = await alone(`clone(child_stack=NULL, flags=SIGUSR1) = 10
wait4(-1, 0x7ffe, 0, NULL) = -1 ECHILD (No child processes)
`)
    expect(verdict.verdict, explain(verdict)).toBe('conforms')
  })
})

describe('files and memory', () => {
  it('no ioctl reaches what was opened with O_PATH', () =>
    conforms(`9 openat(AT_FDCWD, "/tmp/f", O_RDONLY|O_PATH|O_CLOEXEC) = 3
9 ioctl(3, FIONCLEX) = -1 EBADF (Bad file descriptor)
9 fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)
`))

  it('a directory may be where a file was that went under another name', () =>
    conforms(`9 openat(AT_FDCWD, "/tmp/d/a", O_RDWR|O_CREAT, 0600) = 3
9 close(3) = 0
9 chdir("/tmp/d") = 0
9 unlink("a") = 0
9 mkdir("/tmp/d/a", 0700) = 0
9 openat(AT_FDCWD, "/tmp/d/a", O_RDONLY|O_DIRECTORY) = 3
9 unlinkat(3, "b", 0) = 0
9 lseek(3, 0, SEEK_DATA) = 0
`))

  it('a mapping cannot be longer than the address space', () =>
    conforms(
      '9 mmap(NULL, 9223372036854779904, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM (Cannot allocate memory)\n',
    ))

  it('a write goes as far as RLIMIT_FSIZE lets it', () =>
    conforms(`9 openat(AT_FDCWD, "/tmp/f", O_RDWR|O_CREAT|O_EXCL, 0600) = 3
9 prlimit64(0, RLIMIT_FSIZE, {rlim_cur=10, rlim_max=100}, NULL) = 0
9 write(3, "0123456", 7) = 7
9 write(3, "0123456", 7) = 3
9 write(3, "0123456", 7) = -1 EFBIG (File too large)
`))

  it('and not less far', () =>
    violates(
      `9 openat(AT_FDCWD, "/tmp/f", O_RDWR|O_CREAT|O_EXCL, 0600) = 3
9 write(3, "0123456", 7) = 3
`,
      4,
    ))
})

describe('processes', () => {
  it('a zombie that is taken over is told of once more, to the subreaper', () =>
    conforms(`9 prctl(PR_SET_CHILD_SUBREAPER, 1) = 0
9 clone(child_stack=NULL, flags=SIGCHLD) = 10
10 clone(child_stack=NULL, flags=SIGCHLD) = 11
11 exit_group(1) = ?
11 +++ exited with 1 +++
10 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11, si_uid=0, si_status=1, si_utime=0, si_stime=0} ---
10 exit_group(0) = ?
10 +++ exited with 0 +++
9 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 10
9 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11, si_uid=0, si_status=1, si_utime=0, si_stime=0} ---
9 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 1}], 0, NULL) = 11
`))

  it('the last of several threads to exit decides the status of the process, whatever its main thread asked for', () =>
    conforms(`9 clone(child_stack=NULL, flags=SIGCHLD) = 11
11 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0, stack=0x7f1000, stack_size=0x7ff00} => {parent_tid=[12]}, 88) = 12
11 exit(5) = ?
12 exit(0) = ?
12 +++ exited with 0 +++
11 +++ exited with 0 +++
9 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---
9 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 11
`))

  it('who has given up its user cannot signal the others', () =>
    conforms(`9 clone(child_stack=NULL, flags=SIGCHLD) = 10
10 setuid(65534) = 0
10 kill(-1, SIGUSR2) = 0
10 exit_group(0) = ?
10 +++ exited with 0 +++
9 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=10, si_uid=65534, si_status=0, si_utime=0, si_stime=0} ---
9 wait4(-1, NULL, 0, NULL) = 10
`))
})
