import { describe, expect, it } from 'vitest'
import { fork, sent, verdictOf, violationsOf } from './testing.ts'

const STATUS = '[{WIFEXITED(s) && WEXITSTATUS(s) == 0}]'
const gone = (pid: number) => [`${pid} exit_group(0) = ?`, `${pid} +++ exited with 0 +++`]
const death = (pid: number) =>
  `5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=${pid}, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---`

describe('what strace answers in the place of the kernel (-e inject=)', () => {
  it('has no effect: a close that it fails leaves the descriptor open', async () => {
    const found = await verdictOf(
      '5 close(0) = -1 EIO (Input/output error) (INJECTED)',
      '5 dup(1) = 3',
      '5 kill(4000, 0) = 0 (INJECTED)',
    )
    expect(found.violations).toEqual([])
    expect(found.undecided).toEqual([])
  })

  it('may end a call that was shown in two halves', async () => {
    const found = await violationsOf(
      fork(5, 6),
      '5 close(0 <unfinished ...>',
      '6 getpid() = 6',
      '5 <... close resumed>) = -1 EIO (Input/output error) (INJECTED)',
      '5 dup(1) = 3',
    )
    expect(found).toEqual([])
  })
})

describe('a mask of signals', () => {
  it('is told, whatever how it is to change, where no set is given', async () => {
    const found = await verdictOf('5 rt_sigprocmask(0x63 /* SIG_??? */, NULL, [], 8) = 0')
    expect(found.verdict).toBe('conforms')
  })
})

describe('a wait by pidfd', () => {
  it('takes the child away though its kind is shown as a number (-X raw)', async () => {
    const info = '{si_signo=17, si_code=0x1, si_pid=6, si_uid=0, si_status=0, si_utime=0, si_stime=0}'
    const waited = `5 waitid(0x3, 3, ${info}, 0x4, NULL) = 0`
    const lines = [fork(5, 6), '5 pidfd_open(6, 0) = 3', ...gone(6), death(6), waited]
    expect(await violationsOf(...lines, '5 wait4(-1, 0x7ffd, 0, NULL) = -1 ECHILD (No child processes)')).toEqual([])
    expect(await violationsOf(...lines, `5 wait4(-1, ${STATUS}, 0, NULL) = 6`)).toHaveLength(1)
  })
})

describe('a limit on descriptors of which nothing is known', () => {
  it('may be below a number that is above all that are open', async () => {
    const found = await violationsOf(
      '5 dup2(0, 20000) = -1 EBADF (Bad file descriptor)',
      '5 fcntl(0, F_DUPFD, 20000) = -1 EINVAL (Invalid argument)',
    )
    expect(found).toEqual([])
  })
  it('is above those that are open', async () => {
    const opened = ['5 openat(AT_FDCWD, "f", O_RDWR) = 3', '5 dup(3) = 4']
    expect(await violationsOf(...opened, '5 dup2(3, 4) = -1 EBADF (Bad file descriptor)')).toHaveLength(1)
    expect(await violationsOf(...opened, '5 fcntl(3, F_DUPFD, 4) = -1 EINVAL (Invalid argument)')).toHaveLength(1)
  })
})

describe('a lock that lockf(3) asks for', () => {
  const lock = (pid: number, whence: string, result: string) =>
    `${pid} fcntl(3, F_SETLK, {l_type=F_WRLCK, l_whence=${whence}, l_start=0, l_len=10}) = ${result}`
  const opened = ['5 openat(AT_FDCWD, "old", O_RDWR) = 3', '5 lseek(3, 7, SEEK_SET) = 7', fork(5, 6)]
  it('begins where the offset stands', async () => {
    const found = await verdictOf(
      ...opened,
      lock(5, 'SEEK_CUR', '0'),
      lock(6, 'SEEK_CUR', '-1 EAGAIN (Resource temporarily unavailable)'),
      '5 fcntl(3, F_SETLK, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=7, l_len=10}) = 0',
      lock(6, 'SEEK_CUR', '0'),
    )
    expect(found.verdict).toBe('conforms')
    expect(await violationsOf(...opened, lock(5, 'SEEK_CUR', '0'), lock(6, 'SEEK_CUR', '0'))).toHaveLength(1)
  })
})

it('a cycle of waits for locks is found when the first of its locks is given back', async () => {
  const set = (pid: number, cmd: string, start: number, end: string) =>
    `${pid} fcntl(3, ${cmd}, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=${start}, l_len=5}${end}`
  const found = await verdictOf(
    '5 openat(AT_FDCWD, "f", O_RDWR|O_CREAT|O_EXCL, 0600) = 3',
    fork(5, 6),
    fork(5, 7),
    set(5, 'F_SETLK', 0, ') = 0'),
    set(6, 'F_SETLK', 5, ') = 0'),
    set(7, 'F_SETLK', 10, ') = 0'),
    set(6, 'F_SETLKW', 10, ' <unfinished ...>'),
    '7 fcntl(3, F_SETLKW, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=10} <unfinished ...>',
    '5 fcntl(3, F_SETLK, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0',
    '7 <... fcntl resumed>) = -1 EDEADLK (Resource deadlock avoided)',
  )
  expect(found.verdict).toBe('conforms')
  expect(found.assumptions).toEqual([])
})

describe('children that die at once under a tracer', () => {
  it('may end the sleep of a wait for another group before one of this group is dead, though lines tell of that first', async () => {
    const found = await verdictOf(
      fork(5, 6),
      fork(5, 7),
      '6 setpgid(0, 0) = 0',
      '5 wait4(0,  <unfinished ...>',
      ...gone(6),
      ...gone(7),
      '5 <... wait4 resumed>0x7ffd, 0, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
      death(6),
      `5 wait4(0, ${STATUS}, 0, NULL) = 7`,
    )
    expect(found.verdict).toBe('conforms')
  })

  it('may each be the next of whom SIGCHLD tells, however many they are', async () => {
    const children = Array.from({ length: 30 }, (_, place) => 6 + place)
    const lines = [...children.map((child) => fork(5, child)), ...children.flatMap(gone)]
    expect((await verdictOf(...lines, death(6), death(30), death(20))).verdict).toBe('conforms')
    expect(await violationsOf(...lines, death(6), death(30), death(30))).toHaveLength(1)
  })
})

describe('a signal of another process', () => {
  it('is none of a process that strace was told not to send it to (-e inject=)', async () => {
    const lines = [fork(5, 6), '5 kill(6, SIGUSR1) = 0 (INJECTED)']
    expect(await violationsOf(...lines, sent(6, 'SIGUSR1', 5))).toHaveLength(1)
  })
})

describe('numbers that strace shows without their kinds', () => {
  it('name everybody where kill is given -1 (-e raw=kill)', async () => {
    const lines = [fork(5, 6), '5 kill(0xffffffff, 0xf) = 0']
    expect(await violationsOf(...lines, sent(6, 'SIGTERM', 5), '6 +++ killed by SIGTERM +++')).toEqual([])
    expect(await violationsOf(...lines, sent(6, 'SIGINT', 5))).toHaveLength(1)
  })

  it('are sizes below zero where a message is asked for with -1 bytes', async () => {
    const message = '{mtype=1, mtext="hi"}'
    const found = await violationsOf(
      '5 msgget(IPC_PRIVATE, IPC_CREAT|0600) = 0',
      `5 msgsnd(0, ${message}, 2, 0) = 0`,
      '5 msgrcv(0, 0x7ffd, 18446744073709551615, 1, 0) = -1 EINVAL (Invalid argument)',
      `5 msgrcv(0, ${message}, 64, 0, 0) = 2`,
    )
    expect(found).toEqual([])
  })
})

describe('calls that are printed when they have ended (-e status=)', () => {
  it('show that a sleep was interrupted before they show who did it, which was no alarm', async () => {
    const found = await violationsOf(
      '5 rt_sigaction(SIGUSR1, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0',
      '5 alarm(30) = 0',
      fork(5, 6),
      '5 wait4(6, 0x7ffd, 0, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
      '6 kill(5, SIGUSR1) = 0',
      sent(5, 'SIGUSR1', 6),
      '5 alarm(30) = 30',
      '5 rt_sigreturn({mask=[]}) = 61',
    )
    expect(found).toEqual([])
  })
})

it('a program that opens and maps no library, though it looks for some, is not shown whole (-e trace=!%desc)', async () => {
  const preload = '5 access("/etc/ld.so.preload", R_OK) = -1 ENOENT (No such file or directory)'
  const found = await violationsOf(
    preload,
    '5 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0',
    '5 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0',
  )
  expect(found).toEqual([])
})

it('a stop may be shown to the parent after a death that was shown before it', async () => {
  const change = (pid: number, code: string, status: string) =>
    `5 --- SIGCHLD {si_signo=SIGCHLD, si_code=${code}, si_pid=${pid}, si_uid=0, si_status=${status}, si_utime=0, si_stime=0} ---`
  const stop = (pid: number) => [
    `5 kill(${pid}, SIGSTOP) = 0`,
    sent(pid, 'SIGSTOP', 5),
    `${pid} --- stopped by SIGSTOP ---`,
  ]
  const found = await verdictOf(
    fork(5, 6),
    fork(5, 7),
    fork(5, 8),
    ...stop(6),
    ...stop(7),
    change(6, 'CLD_STOPPED', 'SIGSTOP'),
    '5 wait4(-1,  <unfinished ...>',
    ...gone(8),
    `5 <... wait4 resumed>${STATUS}, 0, NULL) = 8`,
    change(7, 'CLD_STOPPED', 'SIGSTOP'),
  )
  expect(found.verdict).toBe('conforms')
})

it('the threads of a process that asks for the end of all leave in any order, though their ends are not shown (-qqq)', async () => {
  const thread = (tid: number) =>
    `6 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0, stack=0x7f, stack_size=0x7ff}, 88) = ${tid}`
  const threads = [7, 8, 9, 10, 11]
  const found = await verdictOf(
    fork(5, 6),
    ...threads.map(thread),
    ...threads.map((tid) => `${tid} pause( <unfinished ...>`),
    '6 exit_group(4 <unfinished ...>',
    ...threads.map((tid) => `${tid} <... pause resumed>) = ?`),
    '6 <... exit_group resumed>) = ?',
    death(6).replace('si_status=0', 'si_status=4'),
    '5 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 4}], 0, NULL) = 6',
  )
  expect(found.violations).toEqual([])
  expect(found.undecided).toEqual([])
})

describe('what is wrong beside what is not modelled', () => {
  it('is a read that gives more bytes than were asked for', async () => {
    const opened = '5 openat(AT_FDCWD, "f", O_RDONLY) = 3'
    expect(await violationsOf(opened, '5 read(3, "ab", 2) = 2')).toEqual([])
    expect(await violationsOf(opened, '5 read(3, "ab", 2) = 3')).toHaveLength(1)
  })

  it('is the signal of the death of a child that nobody has made', async () => {
    const tid = '5 set_tid_address(0x7f) = 5'
    const lines = [tid, fork(5, 6), ...gone(6)]
    expect(await violationsOf(...lines, death(6))).toEqual([])
    expect(await violationsOf(...lines, death(9))).toHaveLength(1)
  })

  it('is a status with which a thread did not exit, though its parent sleeps in a wait for it', async () => {
    const lines = (code: number) => [
      fork(5, 6),
      '5 wait4(6,  <unfinished ...>',
      '6 exit(3) = ?',
      `6 +++ exited with ${code} +++`,
      `5 <... wait4 resumed>${STATUS.replace('0}', '3}')}, 0, NULL) = 6`,
    ]
    expect(await violationsOf(...lines(3))).toEqual([])
    const [found] = await violationsOf(...lines(4))
    expect(found?.allowed).toEqual(['exited with 3'])
  })

  it('is a death by another signal than the SIGKILL of its own', async () => {
    const lines = (signal: string) => [
      fork(5, 6),
      '5 wait4(6,  <unfinished ...>',
      '6 kill(6, SIGKILL <unfinished ...>',
      '6 <... kill resumed>) = ?',
      `6 +++ killed by ${signal} +++`,
      `5 <... wait4 resumed>[{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, NULL) = 6`,
    ]
    expect(await violationsOf(...lines('SIGKILL'))).toEqual([])
    expect(await violationsOf(...lines('SIGTERM'))).not.toEqual([])
  })
})
