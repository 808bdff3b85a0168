import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'
import { ended, fork, forked, reaped, start, verdictOf, violationsOf } from './testing.ts'

describe('what options of strace leave', () => {
  it('clone without names for its arguments makes a child as well', async () => {
    const raw = '5 clone(0x1200011, 0, 0, 0x7f90556b2a10, 0) = 0x6'
    const told =
      '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---'
    expect(await violationsOf(raw, ...ended, told, reaped)).toEqual([])
    expect(await violationsOf(raw, ...ended, told, reaped, reaped)).toHaveLength(1)
  })

  it('where neither exit nor the end of a process is shown, one that is waited for has ended', async () => {
    expect(await violationsOf(forked, '6 getpid() = 6', reaped)).toEqual([])
  })

  it('where no end of a thread is shown, an execve of one of many has ended the others', async () => {
    const thread = (tid: number) =>
      `5 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM) = ${tid}`
    const { verdict } = await verdictOf(
      ...[6, 7, 8, 9, 10, 11].map(thread),
      ...[6, 9, 10, 11].map((tid) => `${tid} pause( <unfinished ...>`),
      '7 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=9, tv_nsec=0},  <unfinished ...>',
      '5 futex(0x7f, FUTEX_WAIT_PRIVATE, 8, NULL <unfinished ...>',
      '8 execve("./b", ["./b"], 0x7f /* 3 vars */ <unfinished ...>',
      '7 <... clock_nanosleep resumed> <unfinished ...>) = ?',
      ...[6, 9, 10, 11].map((tid) => `${tid} <... pause resumed>) = ?`),
      '5 <... futex resumed>) = ?',
      '5 <... execve resumed>) = 0',
      '5 exit_group(0) = ?',
    )
    expect(verdict).toBe('conforms')
  })

  it('where calls are interrupted and others follow, handlers have run', async () => {
    const found = await violationsOf(
      '5 rt_sigaction(SIGALRM, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0',
      forked,
      '6 kill(5, SIGALRM) = 0',
      '5 wait4(-1, 0x7f, 0, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
      '5 getpid() = 5',
      '5 kill(5, SIGALRM) = 0',
    )
    expect(found).toEqual([])
  })

  it('what a pointer leads to is an assumption where it is not shown', async () => {
    const { verdict, assumptions } = await verdictOf(
      '5 rt_sigprocmask(SIG_BLOCK, 0x7ffe76d58bd8, NULL, 8) = 0',
      '5 clone3(0x7ffe76d58ad0, 88) = 6',
      '6 getppid() = 5',
      '5 mq_open("q", O_RDWR|O_CREAT, 0600, 0x7ffe76d58ad0) = 3',
    )
    expect(verdict).toBe('conforms')
    expect(assumptions).toContain('the capture does not show what pointers lead to')
  })

  it('an argument that is no pointer at all is no such thing', async () => {
    const { assumptions } = await verdictOf('5 rt_sigprocmask(SIG_BLOCK, 0x8, NULL, 8) = -1 EFAULT (Bad address)')
    expect(assumptions).not.toContain('the capture does not show what pointers lead to')
  })

  it('a vector of which a part is shown is written all the same', async () => {
    const { verdict } = await verdictOf(
      '5 pipe2([3, 4], 0) = 0',
      '5 writev(4, [{iov_base="/"..., iov_len=15}, ...], 2) = 16',
      '5 read(3, "/"..., 100) = 16',
    )
    expect(verdict).toBe('conforms')
  })

  it('numbers stand for the flags of a queue, and of clone3', async () => {
    const found = await violationsOf(
      '5 mq_open("q", 0xc2, 0600, {mq_flags=0, mq_maxmsg=1, mq_msgsize=16, mq_curmsgs=0}) = 3',
      '5 mq_getsetattr(3, {mq_flags=0x800, mq_maxmsg=1, mq_msgsize=16, mq_curmsgs=0}, NULL) = 0',
      '5 mq_timedsend(3, "a", 1, 0, NULL) = 0',
      '5 mq_timedsend(3, "a", 1, 0, NULL) = -1 EAGAIN (Resource temporarily unavailable)',
      '5 clone3({flags=0x100000000, exit_signal=17, stack=NULL, stack_size=0}, 88) = 6',
      ...[...ended, reaped],
    )
    expect(found).toEqual([])
  })

  const threads = [
    '5 rt_sigprocmask(SIG_BLOCK, ~[], [], 8) = 0',
    '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0}, 88) = 6',
    '6 rt_sigprocmask(SIG_BLOCK, ~[RT_1],  <unfinished ...>',
  ]
  const late = '6 <... rt_sigprocmask resumed>NULL, 8) = 28'
  it('a thread that is cut short shows the number of the call that was entered last', async () => {
    const ending = ['5 madvise(0x7f04c2e93000, 8368128, MADV_DONTNEED) = 0', '5 exit_group(0 <unfinished ...>']
    const found = await violationsOf(
      ...threads,
      ...ending,
      late.replace('28', '231'),
      '5 <... exit_group resumed>) = ?',
    )
    expect(found).toEqual([])
  })
  it('a number of no call at hand is no result', async () => {
    expect(await violationsOf(...threads, '5 exit_group(0 <unfinished ...>', late)).toHaveLength(1)
  })
})

describe('what is left out, or shown without its pointers', () => {
  it('a child that another clone3 has made with its parent asleep is not followed where no line bears a pid', async () => {
    const bare = (line: string) => line.replace(/^5 /, '')
    const lines = [
      ...start,
      '5 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD, stack=0x7fa53a4c2000, stack_size=0x9000}, 88) = 11',
      '5 wait4(11, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 11',
    ]
    expect((await checkText(lines.map(bare).join('\n') + '\n')).violations).toEqual([])
  })

  it('the number and the lock of a terminal behind pointers are assumptions', async () => {
    const found = await violationsOf(
      '5 openat(AT_FDCWD, "/dev/ptmx", O_RDWR) = 3',
      '5 ioctl(0x3, 0x80045430, 0x7ffdd029b274) = 0',
      '5 ioctl(0x3, 0x40045431, 0x7ffdd029b274) = 0',
      '5 ioctl(0x3, 0x5441, 0x102) = 4',
    )
    expect(found).toEqual([])
  })

  it('operations on semaphores of which not all are shown are assumptions', async () => {
    const { verdict } = await verdictOf(
      '5 semget(IPC_PRIVATE, 3, IPC_CREAT|0600) = 7',
      '5 semtimedop(7, [...], 3, NULL) = 0',
      '5 semctl(7, 0, GETVAL) = 4',
    )
    expect(verdict).toBe('conforms')
  })

  it('where neither ends nor SIGCHLD are shown, a parent goes on', async () => {
    const waited = '5 wait4(6, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL <unfinished ...>'
    const found = await violationsOf(
      forked,
      waited,
      '6 exit_group(0) = ?',
      '5 <... wait4 resumed>) = 6',
      '5 getpid() = 5',
    )
    expect(found).toEqual([])
  })

  it('many threads end unseen before their process is waited for', async () => {
    const thread = (tid: number) =>
      `6 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0}, 88) = ${tid}`
    const tids = [7, 8, 9, 10, 11]
    const { verdict } = await verdictOf(
      forked,
      ...tids.map(thread),
      ...tids.map((tid) => `${tid} exit(0) = ?`),
      '6 exit_group(0) = ?',
      reaped,
      '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---',
      '5 getpid() = 5',
    )
    expect(verdict).toBe('conforms')
  })
})

it('where no SIGCHLD is shown but other signals are, a parent goes on', async () => {
  const taken = '5 --- SIGWINCH {si_signo=SIGWINCH, si_code=SI_USER, si_pid=6, si_uid=0} ---'
  const sends = '6 kill(5, SIGWINCH) = 0'
  const told =
    '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---'
  expect(await violationsOf(forked, sends, taken, ...ended, reaped, '5 getpid() = 5')).toEqual([])
  const again = [
    fork(5, 7),
    '7 exit_group(0) = ?',
    '7 +++ exited with 0 +++',
    reaped.replaceAll('6', '7'),
    '5 getpid() = 5',
  ]
  expect(await violationsOf(forked, sends, taken, ...ended, told, reaped, ...again)).toHaveLength(1)
})

describe('descriptors that are closed and that nothing has made', () => {
  const closed = ['5 close(3) = 0', '5 getpid() = 5']
  const opened = ['5 openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3', ...closed]
  it('are a violation right after a close of the same, or of the number before', async () => {
    expect(await violationsOf(...opened.slice(0, 2), ...closed)).toHaveLength(1)
    const two = ['5 openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3', '5 openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 4']
    expect(await violationsOf(...two, '5 close(4) = 0', '5 close(3) = 0', '5 close(4) = 0')).toHaveLength(1)
  })
  it('are sockets if it goes on, or where much is done, and no call that makes one is shown', async () => {
    expect(await violationsOf(...opened, ...closed)).toHaveLength(1)
    const { violations, assumptions } = await verdictOf(...opened, ...closed, ...closed)
    expect(violations).toEqual([])
    expect(assumptions).toContain('the capture shows no socket at all')
    const much = Array.from({ length: 300 }, () => '5 getuid() = 0')
    expect(await violationsOf(...much, ...opened, ...closed)).toEqual([])
  })
  it('are sockets where strace says so (-y), or where others of their calls are shown', async () => {
    expect(await violationsOf(...opened.slice(0, 2), '5 close(3<socket:[7]>) = 0')).toEqual([])
    const connect = '5 connect(3, {sa_family=AF_UNIX, sun_path="/s"}, 110) = -1 ENOENT (No such file or directory)'
    expect(await violationsOf(connect, ...opened.slice(0, 2), '5 close(3) = 0')).toEqual([])
  })
  it('are violations each where calls of the network are shown', async () => {
    const socket = ['5 socket(AF_UNIX, SOCK_STREAM, 0) = 3', ...closed]
    expect(await violationsOf(...opened, ...socket, ...closed, ...closed)).toHaveLength(2)
  })
})

describe('ends of processes that no line tells of', () => {
  const waits = (child: number) => [
    fork(5, child),
    `${child} getpid() = ${child}`,
    `5 wait4(${child}, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = ${child}`,
  ]

  it('are taken to be left out, with the calls of exit (-e status=successful --quiet=exit)', async () => {
    const { violations, assumptions } = await verdictOf(...waits(6), ...waits(7))
    expect(violations).toEqual([])
    expect(assumptions).toContain('the capture does not show how processes end')
  })

  it('are taken to be left out, with SIGCHLD and its handler, which may not return (-e signal=none --quiet=exit)', async () => {
    const handles =
      '5 rt_sigaction(SIGCHLD, {sa_handler=0x4000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x5000}, NULL, 8) = 0'
    const exits = (child: number) => waits(child).toSpliced(2, 0, `${child} exit_group(0) = ?`)
    const { violations, assumptions } = await verdictOf(handles, ...exits(6), '5 getpid() = 5', ...exits(7))
    expect(violations).toEqual([])
    expect(assumptions).toContain('the capture does not show signals')
  })
})
