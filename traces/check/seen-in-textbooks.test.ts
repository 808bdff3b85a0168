import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFiles, checkText } from './check-capture.ts'
import { ended, fork, forked, reaped, sent, verdictOf, violationsOf } from './testing.ts'

const handler = (signal: string) =>
  `5 rt_sigaction(${signal}, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x40}, NULL, 8) = 0`
const fromTerminal = (signal: string) => `5 --- ${signal} {si_signo=${signal}, si_code=SI_KERNEL} ---`

it('a key of a terminal outside may end a sleep long before an alarm goes off', async () => {
  const found = await violationsOf(
    handler('SIGTSTP'),
    '5 alarm(2) = 0',
    '5 pause() = ? ERESTARTNOHAND (To be restarted if no handler)',
    fromTerminal('SIGTSTP'),
    '5 write(1, "Caught SIGTSTP\\n", 15) = 15',
    handler('SIGTSTP'),
    '5 getpid() = 5',
    '5 getpgrp() = 5',
    '5 rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)',
    '5 pause() = ? ERESTARTNOHAND (To be restarted if no handler)',
    '5 --- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---',
    '5 +++ killed by SIGALRM +++',
  )
  expect(found).toEqual([])
})

it('an alarm goes off once, whatever has ended sleeps before', async () => {
  const found = await violationsOf(
    handler('SIGTSTP'),
    handler('SIGALRM'),
    '5 alarm(2) = 0',
    '5 pause() = ? ERESTARTNOHAND (To be restarted if no handler)',
    fromTerminal('SIGTSTP'),
    '5 rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)',
    '5 pause() = ? ERESTARTNOHAND (To be restarted if no handler)',
    fromTerminal('SIGALRM'),
    '5 rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)',
    '5 alarm(0) = 2',
  )
  expect(found).toHaveLength(1)
})

it('what is written to a terminal can be read from its master before the writer is back', async () => {
  const terminal = [
    '5 openat(AT_FDCWD, "/dev/ptmx", O_RDWR) = 3',
    '5 ioctl(3, TIOCGPTN, [0]) = 0',
    '5 ioctl(3, TIOCSPTLCK, [0]) = 0',
    '5 ioctl(3, TIOCGPTPEER, O_RDWR|O_NOCTTY) = 4',
    forked,
    '5 close(4) = 0',
    '6 getpid() = 6',
    '5 read(3,  <unfinished ...>',
  ]
  const back = '5 <... read resumed>"lrwxrwxrwx   1 root root     7 M"..., 64) = 60'
  const writes = '6 write(4, "lrwxrwxrwx   1 root root     7 M"..., 59 <unfinished ...>'
  expect(await violationsOf(...terminal, writes, back, '6 <... write resumed>) = 59')).toEqual([])
  expect(await violationsOf(...terminal, back)).toHaveLength(1)
})

it('a call that is printed when it has ended is no earlier than those printed before it (-e status=)', async () => {
  const verdict = await verdictOf(
    '5 mknodat(AT_FDCWD, "fifo", S_IFIFO|0622) = 0',
    '7 getpid() = 7',
    fork(5, 7),
    '6 getpid() = 6',
    forked,
    '6 openat(AT_FDCWD, "fifo", O_WRONLY) = 3',
    '5 openat(AT_FDCWD, "fifo", O_RDONLY) = 3',
    ...ended,
    reaped,
  )
  expect(verdict.violations).toEqual([])
  expect(verdict.assumptions).toContain('the capture shows only some calls')
})

it('a number that was in use before may be that of a new process', async () => {
  const { violations, assumptions } = await verdictOf(
    forked,
    ...ended,
    reaped,
    forked,
    '6 getpid() = 6',
    ...ended,
    reaped,
  )
  expect(violations).toEqual([])
  expect(assumptions).not.toContain('the capture shows only some calls')
})

it('a thread that executes a program takes the place of the leader also where no line names either', async () => {
  const { verdict, undecided } = await checkText(
    `execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0
clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0, stack=0x7f0000, stack_size=0x8000}, 88) = 13
[pid 13] rseq(0x7f, 0x20, 0, 0x53053053) = 0
[pid 12] pause( <unfinished ...>
[pid 13] execve("/bin/echo", ["echo"], 0x7f /* 8 vars */ <unfinished ...>
[pid 12] <... pause resumed>) = ?
+++ superseded by execve in pid 13 +++
<... execve resumed>) = 0
exit_group(0) = ?
+++ exited with 0 +++
`,
  )
  expect({ verdict, undecided }).toEqual({ verdict: 'conforms', undecided: [] })
})

it('the end of one process among several does not end what strace shows, though the first was never named', async () => {
  const { verdict, undecided } = await checkText(
    `execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0
clone(child_stack=0x5589, flags=CLONE_NEWPID|SIGCHLDstrace: Process 11 attached
 <unfinished ...>
[pid 11] clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLDstrace: Process 12 attached
 <unfinished ...>
[pid 12] exit_group(0) = ?
[pid 12] +++ exited with 0 +++
[pid 11] <... clone resumed>, child_tidptr=0x7f) = 2
[pid 11] getpid() = 1
[pid 11] exit_group(0) = ?
[pid 11] +++ exited with 0 +++
<... clone resumed>) = 11
exit_group(0) = ?
+++ exited with 0 +++
`,
  )
  expect({ verdict, undecided }).toEqual({ verdict: 'conforms', undecided: [] })
})

it('a lock that is refused changes none, whatever bytes it was of', async () => {
  const open = '5 openat(AT_FDCWD, "r"..., O_RDWR) = 3'
  const lock = '5 fcntl(3, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_END, l_start=-6, l_len=0})'
  const { undecided } = await verdictOf(open, `${lock} = -1 EINVAL (Invalid argument)`)
  expect(undecided).toEqual([])
  expect((await verdictOf(open, `${lock} = 0`)).undecided).not.toEqual([])
})

it('that a process was continued can be waited for while the signal that will end it is shown already', async () => {
  const stopped = [
    forked,
    '6 getpid() = 6',
    '5 kill(6, SIGSTOP) = 0',
    sent(6, 'SIGSTOP', 5),
    '6 --- stopped by SIGSTOP ---',
    '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_STOPPED, si_pid=6, si_uid=0, si_status=SIGSTOP} ---',
    '5 wait4(-1, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}], WNOHANG|WSTOPPED|WCONTINUED, NULL) = 6',
    '5 kill(6, SIGTERM) = 0',
    '5 kill(6, SIGCONT) = 0',
    '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_CONTINUED, si_pid=6, si_uid=0, si_status=SIGCONT} ---',
    sent(6, 'SIGTERM', 5),
  ]
  const dead = '6 +++ killed by SIGTERM +++'
  const continued = '5 wait4(-1, [{WIFCONTINUED(s)}], WNOHANG|WSTOPPED|WCONTINUED, NULL) = 6'
  expect(await violationsOf(...stopped, continued, dead)).toEqual([])
  expect(await violationsOf(...stopped, dead, continued)).toHaveLength(1)
})

it('children of which no line shows that they were made may have done anything', async () => {
  const found = await violationsOf(
    '5 msgget(IPC_PRIVATE, 0600) = 0',
    '5 msgsnd(0, {mtype=1, mtext="a"}, 1, 0) = 0',
    '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=12, si_uid=0, si_status=0} ---',
    '5 msgrcv(0, 0x7ffc, 10, 1, IPC_NOWAIT) = -1 ENOMSG (No message of desired type)',
    '5 wait4(-1, NULL, 0, NULL) = 12',
  )
  expect(found).toEqual([])
})

it('a write to a socket that nobody reads draws SIGPIPE from the writer itself', async () => {
  const found = await violationsOf(
    '5 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3',
    '5 write(3, "a", 1) = -1 EPIPE (Broken pipe)',
    '5 --- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=5, si_uid=0} ---',
    '5 +++ killed by SIGPIPE +++',
  )
  expect(found).toEqual([])
})

it('where only some calls are shown, a process may have groups that no line names', async () => {
  const { violations, undecided } = await checkText(
    `5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0
5 openat(AT_FDCWD, "/dev/tty", O_RDWR) = 3
5 ioctl(3, TIOCSPGRP, [7]) = 0
5 exit_group(0) = ?
5 +++ exited with 0 +++
`,
  )
  expect({ violations, undecided }).toEqual({ violations: [], undecided: [] })
})

describe('calls of one kind that a capture leaves out, as a program has done with them all', () => {
  const open = (fd: number) => `5 openat(AT_FDCWD, "f", O_RDONLY) = ${fd}`
  const closed = (fd: number) => `5 close(${fd}) = 0`

  it('what they have made is taken, where nothing below is given any more', async () => {
    const before = [open(3), closed(3), open(5)]
    expect(await violationsOf(...before, closed(5), open(5), closed(5), open(5))).toEqual([])
    expect(await violationsOf(...before, open(3))).not.toEqual([])
    expect(await violationsOf(...before, open(6))).not.toEqual([])
  })

  it('a socket that never waits was told not to', async () => {
    const pair = '5 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0'
    const empty = '5 read(3, 0x7ffe, 1) = -1 EAGAIN (Resource temporarily unavailable)'
    expect(await violationsOf(pair, empty, empty)).toEqual([])
    expect(await violationsOf(pair, empty)).toHaveLength(1)
  })

  it('a child that is dead has been waited for, if there is none', async () => {
    const gone = '5 kill(6, SIGKILL) = -1 ESRCH (No such process)'
    const told = '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0} ---'
    expect(await violationsOf(forked, ...ended, told, gone)).toEqual([])
    expect(await violationsOf(forked, ...ended, told, gone, reaped)).toHaveLength(1)
  })

  it('a signal that is taken many calls later was kept back', async () => {
    const calls = [
      '6 getppid() = 5',
      '6 getpgrp() = 5',
      '6 getuid() = 0',
      '6 getppid() = 5',
      '6 getppid() = 5',
      '6 getppid() = 5',
    ]
    const asked = [
      '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
      '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
      fromTerminal('SIGWINCH'),
      forked,
    ]
    const kill = ['6 getppid() = 5', '5 kill(6, SIGUSR1) = 0', ...calls]
    const found = async (...more: string[]) => (await checkText([...asked, ...kill, ...more, ''].join('\n'))).violations
    expect(await found(sent(6, 'SIGUSR1', 5), '6 +++ killed by SIGUSR1 +++')).toEqual([])
  })

  it('threads are made with all signals blocked, so that a capture which shows no mask shows no handlers either', async () => {
    const thread =
      '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0, stack=0x7f0000, stack_size=0x8000}, 88) = 6'
    const { violations } = await checkText(
      `5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0
5 arch_prctl(ARCH_SET_FS, 0x7f) = 0
${thread}
5 tgkill(5, 6, SIGUSR1) = 0
6 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_TKILL, si_pid=5, si_uid=0} ---
6 write(1, "h", 1) = 1
`,
    )
    expect(violations).toEqual([])
  })
})

it('times of beginnings that go back again and again are of calls that were printed at their ends', async () => {
  const lines = [0, 9, 1, 8, 2, 7, 3, 6, 4, 5].map((ms) => `5 1795415755.88${ms} getpid() = 5`)
  const late = [
    '5 1795415755.882 openat(AT_FDCWD, "f", O_RDONLY) = 3',
    '5 1795415755.882 close(3) = 0',
    '5 1795415755.883 openat(AT_FDCWD, "f", O_RDONLY) = 4',
  ]
  const text = (...more: string[]) =>
    [
      '5 1795415755.881 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
      '5 1795415755.881 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
      ...more,
      ...late,
      '',
    ].join('\n')
  expect((await checkText(text(...lines))).violations).toEqual([])
  expect((await checkText(text())).violations).toHaveLength(1)
})

it('the init of a namespace, which adopts orphans, may be the one that began the capture', async () => {
  const found = await violationsOf(
    '5 getppid() = 1',
    forked,
    fork(6, 7),
    '7 getppid() = 6',
    ...ended,
    '7 getppid() = 1',
  )
  expect(found).toEqual([])
})

it('in merged files a call may have ended later than its duration says', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lastrites-'))
  try {
    const write = (pid: number, lines: readonly string[]) =>
      writeFile(join(directory, `raw.${pid}`), lines.map((line) => `1795416841.${line}\n`).join(''))
    await write(5, [
      '100000 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0 <0.000100>',
      '100200 msgget(IPC_PRIVATE, 0600) = 3 <0.000010>',
      '100300 clone(child_stack=NULL, flags=SIGCHLD) = 6 <0.000100>',
      '100500 msgrcv(3, {mtype=1, mtext="a"}, 9, 0, 0) = 1 <0.000095>',
      '100900 exit_group(0) = ?',
      '100950 +++ exited with 0 +++',
    ])
    await write(6, ['100390 getpid() = 6 <0.000002>', '100610 msgsnd(3, {mtype=1, mtext="a"}, 1, 0) = 0 <0.000047>'])
    const files = [5, 6].map((pid) => ({ path: join(directory, `raw.${pid}`), pid }))
    expect((await checkFiles('raw', files)).violations).toEqual([])
  } finally {
    await rm(directory, { recursive: true })
  }
})

it('a process that has taken SIGSTOP stops, and its parent is told, when its tracer lets go of it', async () => {
  const lines = (next: string) => [
    forked,
    '5 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>',
    '6 tgkill(6, 6, SIGSTOP) = 0',
    '6 --- SIGSTOP {si_signo=SIGSTOP, si_code=SI_TKILL, si_pid=6, si_uid=0} ---',
    next,
    '5 <... clone resumed>) = 7',
    '5 getppid() = 4',
    '6 --- stopped by SIGSTOP ---',
    '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_STOPPED, si_pid=6, si_uid=0, si_status=SIGSTOP} ---',
  ]
  expect(await violationsOf(...lines('7 getppid() = 5'))).toEqual([])
  expect(await violationsOf(...lines('6 getppid() = 5'))).not.toEqual([])
})

it('a signal of a message queue tells of messages that nobody is shown to send', async () => {
  const found = await violationsOf(
    '5 rt_sigaction(SIGUSR1, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0',
    '5 mq_open("q", O_RDWR|O_CREAT|O_EXCL, 0600, {mq_flags=0, mq_maxmsg=4, mq_msgsize=8, mq_curmsgs=0}) = 3',
    '5 mq_notify(3, {sigev_signo=SIGUSR1, sigev_notify=SIGEV_SIGNAL}) = 0',
    '5 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_MESGQ, si_pid=5, si_uid=0} ---',
    '5 rt_sigreturn({mask=[]}) = 0',
  )
  expect(found).toEqual([])
})

it('where children are waited for and nobody is told of their ends by a signal, signals are not shown', async () => {
  const wait = (pid: number) => `5 wait4(${pid}, NULL, 0, NULL) = ${pid}`
  const found = await violationsOf(
    forked,
    fork(5, 7),
    '6 tgkill(6, 6, SIGTERM) = 0',
    wait(6),
    '7 exit_group(0) = ?',
    '7 +++ exited with 0 +++',
    wait(7),
  )
  expect(found).toEqual([])
})

it('calls of many that take turns and never meet were printed when they had ended', async () => {
  const turns = Array.from({ length: 20 }, () => ['6 getpid() = 6', '5 getpid() = 5']).flat()
  const lock = (pid: number, type: string) =>
    `${pid} fcntl(3, F_SETLKW, {l_type=${type}, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0`
  const locks = [
    '5 openat(AT_FDCWD, "f", O_RDWR|O_CREAT|O_EXCL, 0600) = 3',
    forked,
    lock(5, 'F_WRLCK'),
    lock(6, 'F_WRLCK'),
    lock(5, 'F_UNLCK'),
  ]
  expect(await violationsOf(...locks, ...turns)).toEqual([])
  expect(await violationsOf(...locks)).toHaveLength(1)
})

it('descriptors that are used on and on, and that no call makes, were made by calls that are left out', async () => {
  const { violations } = await verdictOf(
    forked,
    '5 openat(AT_FDCWD, "f", O_RDONLY) = 3',
    '5 close(3) = 0',
    '5 close(3) = 0',
    '5 write(4, "a", 1) = 1',
    '5 close(4) = 0',
  )
  expect(violations).toEqual([])
  const twice = ['5 openat(AT_FDCWD, "f", O_RDONLY) = 3', '5 close(3) = 0', '5 close(3) = 0', '5 getpid() = 5']
  expect(await violationsOf(...twice)).toHaveLength(1)
})

it('a process in the background that no line shows to ignore SIGTTOU may ignore it, where no line shows any action', async () => {
  const terminal = [
    '5 setsid() = 5',
    '5 openat(AT_FDCWD, "/dev/ptmx", O_RDWR|O_NOCTTY) = 3',
    '5 ioctl(3, TIOCSPTLCK, [0]) = 0',
    '5 ioctl(3, TIOCGPTPEER, O_RDWR|O_NOCTTY) = 4',
    '5 ioctl(4, TIOCSCTTY, 0) = 0',
    forked,
    '6 setpgid(0, 0) = 0',
  ]
  const takes = '6 ioctl(4, TIOCSPGRP, [6]) = 0'
  const ignores =
    '5 rt_sigaction(SIGINT, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0'
  const other = '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0\n5 arch_prctl(ARCH_SET_FS, 0x7f) = 0\n'
  const found = async (...lines: string[]) => (await checkText(other + [...lines, ''].join('\n'))).violations
  expect(await found(...terminal, takes)).toEqual([])
  expect(await found(ignores, ...terminal, takes, '6 rt_sigprocmask(SIG_BLOCK, NULL, [], 8) = 0')).toHaveLength(1)
})

it('what called is not counted among the first events (-k)', async () => {
  const stack = Array.from({ length: 3000 }, () => ' > /usr/bin/bash(main+0x1) [0x1]')
  const handled =
    '5 rt_sigaction(SIGCHLD, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0'
  const before = [handled, forked, ...ended, '5 getppid() = 4', '5 getppid() = 4']
  expect(await violationsOf(...before, ...stack, ...stack, '5 rt_sigreturn({mask=[]}) = 0')).toEqual([])
  expect(await violationsOf(...before)).toHaveLength(1)
})
