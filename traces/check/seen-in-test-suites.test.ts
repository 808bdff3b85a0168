import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'

const start = [
  '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
  '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
  '5 rt_sigprocmask(SIG_BLOCK, NULL, [], 8) = 0',
]
const fork = (maker: number, child: number) =>
  `${maker} clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = ${child}`
const sent = (to: number, signal: string, from: number) =>
  `${to} --- ${signal} {si_signo=${signal}, si_code=SI_USER, si_pid=${from}, si_uid=0} ---`
const verdictOf = (...lines: string[]) => checkText([...start, ...lines, ''].join('\n'))
const violationsOf = async (...lines: string[]) => (await verdictOf(...lines)).violations

describe('calls that fail for what is not followed of them', () => {
  it('clone3 may refuse a cgroup, a chosen pid, or a stack without a size; nothing is made then', async () => {
    const clone3 = (more: string) => `5 clone3({flags=0, exit_signal=SIGCHLD, ${more}}, 88)`
    const found = await violationsOf(
      `${clone3('stack=NULL, stack_size=0, cgroup=3').replace('flags=0', 'flags=CLONE_INTO_CGROUP')} = -1 EBADF (Bad file descriptor)`,
      `${clone3('stack=NULL, stack_size=0, set_tid=[1], set_tid_size=1')} = -1 EEXIST (File exists)`,
      `${clone3('stack=0x8, stack_size=0')} = -1 EINVAL (Invalid argument)`,
      fork(5, 6),
      '5 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL <unfinished ...>',
      '6 exit_group(0) = ?',
      '6 +++ exited with 0 +++',
      '5 <... wait4 resumed>) = 6',
      '5 wait4(-1, 0x7ffd, 0, NULL) = -1 ECHILD (No child processes)',
    )
    expect(found).toEqual([])
  })

  it('clone3 with a stack and its size does not fail with EINVAL', async () => {
    const line =
      '5 clone3({flags=0, exit_signal=SIGCHLD, stack=0x7f0000, stack_size=0x8000}, 88) = -1 EINVAL (Invalid argument)'
    expect(await violationsOf(line)).toHaveLength(1)
  })

  it('execveat looks at its directory', async () => {
    const line = '5 execveat(99, "", ["true"], 0x7ffe /* 0 vars */, AT_EMPTY_PATH) = -1 EBADF (Bad file descriptor)'
    expect(await violationsOf(line)).toEqual([])
  })

  it('a time of less than no nanoseconds is none', async () => {
    const found = await violationsOf(
      '5 mq_open("q", O_RDWR|O_CREAT|O_EXCL, 0600, {mq_flags=0, mq_maxmsg=3, mq_msgsize=16, mq_curmsgs=0}) = 3',
      '5 mq_timedreceive(3, 0x7f, 16, 0x7e, {tv_sec=0, tv_nsec=18446744073709551613}) = -1 EINVAL (Invalid argument)',
    )
    expect(found).toEqual([])
  })

  it('a process that has given up its rights may not signal its parent, but that is there', async () => {
    const rights = [fork(5, 6), '6 setuid(65534) = 0']
    expect(await violationsOf(...rights, '6 kill(5, 0) = -1 EPERM (Operation not permitted)')).toEqual([])
    expect(await violationsOf(...rights, '6 kill(6, 0) = -1 ESRCH (No such process)')).toHaveLength(1)
  })
})

describe('what a process makes up', () => {
  const queued = (code: string) => [
    '5 rt_sigaction(SIGUSR1, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0',
    `5 rt_sigqueueinfo(5, SIGUSR1, {si_signo=SIGQUIT, si_code=${code}, si_pid=4, si_uid=5}) = 0`,
    '5 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_TKILL, si_pid=4, si_uid=5} ---',
    '5 rt_sigreturn({mask=[]}) = 0',
    fork(5, 6),
  ]
  it('the code and sender of a signal to itself are what it says', async () => {
    expect(await violationsOf(...queued('SI_TKILL'))).toEqual([])
  })
  it('a code of sigqueue stays that', async () => {
    expect(await violationsOf(...queued('SI_QUEUE'))).not.toEqual([])
  })
})

it('descriptors come and go by a ring, which no call shows', async () => {
  const found = await violationsOf(
    '5 io_uring_setup(8, {flags=0, sq_entries=8, cq_entries=16}) = 3',
    '5 io_uring_enter(3, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) = 1',
    '5 dup(0) = 5',
    '5 io_uring_enter(3, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) = 1',
    '5 dup(0) = 4',
  )
  expect(found).toEqual([])
})

it('a process may join the group in which the capture began, before that was named', async () => {
  const { verdict } = await verdictOf(
    '5 setpgid(0, 0) = 0',
    '5 setpgid(0, 1) = 0',
    '5 getpgid(0) = 1',
    '5 setsid() = 5',
  )
  expect(verdict).toBe('conforms')
})

it('each part of an attach counts once it is split', async () => {
  const found = await violationsOf(
    '5 shmget(IPC_PRIVATE, 8192, 0600) = 7',
    '5 shmat(7, NULL, 0) = 0x7fec996e3000',
    '5 mprotect(0x7fec996e3000, 4096, PROT_READ) = 0',
    '5 shmctl(7, IPC_STAT, {shm_segsz=8192, shm_cpid=5, shm_lpid=5, shm_nattch=2}) = 0',
  )
  expect(found).toEqual([])
})

it('removal of a directory, and mlock2, leave nothing open', async () => {
  const { verdict } = await verdictOf(
    '5 unlinkat(AT_FDCWD, "d", AT_REMOVEDIR) = 0',
    '5 mlock2(0x7f000000, 4096, 1) = 0',
  )
  expect(verdict).toBe('conforms')
})

it('mlock2 with other flags is refused, and a length that wraps around is none', async () => {
  const found = await violationsOf(
    '5 mlock2(0x7f831572e000, 4096, MLOCK_ONFAULT|0xfffffffe) = -1 EINVAL (Invalid argument)',
    '5 mlock(NULL, 18446744073709551615) = 0',
    '5 munlock(NULL, 18446744073709551615) = 0',
    '5 mlock(0xfffffffffffff000, 8192) = -1 EINVAL (Invalid argument)',
  )
  expect(found).toEqual([])
})

describe('a tracer that shows signals late', () => {
  it('a stop signal that was taken before SIGCONT came has its line, and stops nobody', async () => {
    const found = await violationsOf(
      fork(5, 6),
      '5 kill(6, SIGSTOP) = 0',
      '5 kill(6, SIGCONT) = 0',
      sent(6, 'SIGSTOP', 5),
      sent(6, 'SIGCONT', 5),
      '6 getpid() = 6',
    )
    expect(found).toEqual([])
  })

  it('SIGCONT that was taken before a stop signal came has its line', async () => {
    const found = await violationsOf(
      fork(5, 6),
      '5 kill(6, SIGCONT) = 0',
      '5 kill(6, SIGSTOP) = 0',
      sent(6, 'SIGCONT', 5),
      sent(6, 'SIGSTOP', 5),
      '6 --- stopped by SIGSTOP ---',
    )
    expect(found).toEqual([])
  })

  it('a stop signal that was dropped while it was blocked is never taken', async () => {
    const found = await violationsOf(
      fork(5, 6),
      '6 rt_sigprocmask(SIG_BLOCK, [TSTP], [], 8) = 0',
      '5 kill(6, SIGTSTP) = 0',
      '5 kill(6, SIGCONT) = 0',
      '6 rt_sigprocmask(SIG_UNBLOCK, [TSTP], [TSTP], 8) = 0',
      sent(6, 'SIGTSTP', 5),
    )
    expect(found).toHaveLength(1)
  })

  const stopped = [
    fork(5, 6),
    '5 kill(6, SIGSTOP) = 0',
    '5 kill(6, SIGCONT <unfinished ...>',
    sent(6, 'SIGSTOP', 5),
    '5 <... kill resumed>) = 0',
    '6 --- stopped by SIGSTOP ---',
  ]
  it('a stop may be shown when SIGCONT has ended it', async () => {
    expect(await violationsOf(...stopped, sent(6, 'SIGCONT', 5), '6 getpid() = 6')).toEqual([])
  })
  it('a stop is shown once', async () => {
    const again = [...stopped, sent(6, 'SIGCONT', 5), '6 --- stopped by SIGSTOP ---']
    expect(await violationsOf(...again)).toHaveLength(1)
  })

  it('a fork starts again for a signal of which it is not known whether another was queued before', async () => {
    const child = (pid: number, code: number) => [
      `${pid} exit_group(${code}) = ?`,
      `${pid} +++ exited with ${code} +++`,
    ]
    const told = (pid: number, code: number) =>
      `5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=${pid}, si_uid=0, si_status=${code}, si_utime=0, si_stime=0} ---`
    const { violations, assumptions } = await verdictOf(
      '5 rt_sigaction(SIGCHLD, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0',
      ...[fork(5, 6), fork(5, 7), fork(5, 8)],
      ...child(6, 1),
      ...child(7, 2),
      told(6, 1),
      '5 rt_sigreturn({mask=[]}) = 0',
      '5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>',
      ...child(8, 3),
      '5 <... clone resumed>, child_tidptr=0x7f) = ? ERESTARTNOINTR (To be restarted)',
      told(8, 3),
      '5 rt_sigreturn({mask=[]}) = 56',
      fork(5, 9),
      '9 exit_group(0) = ?',
      '9 +++ exited with 0 +++',
    )
    expect(violations).toEqual([])
    expect(assumptions.filter((text) => text.includes('interrupted'))).toEqual([])
  })

  it('SIGKILL that comes when exit_group has begun does not change the status', async () => {
    const found = await violationsOf(
      fork(5, 6),
      '6 exit_group(9 <unfinished ...>',
      '6 <... exit_group resumed>) = ?',
      '5 kill(6, SIGKILL) = 0',
      '6 +++ exited with 9 +++',
      '5 wait4(6, [{WIFEXITED(s) && WEXITSTATUS(s) == 9}], 0, NULL) = 6',
    )
    expect(found).toEqual([])
  })
})
