import { describe, expect, it } from 'vitest'
import { ended, fork, forked, reaped, sent, verdictOf, violationsOf } from './testing.ts'

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

  it('a clone may name any signal as its exit signal, also one that stops the parent', async () => {
    const found = await violationsOf(
      '5 clone(child_stack=0x7f0000, flags=CLONE_FS|SIGSTOP) = 6',
      '6 exit_group(0) = ?',
      '6 +++ exited with 0 +++',
      '5 --- SIGSTOP {si_signo=SIGSTOP, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0} ---',
      '5 --- stopped by SIGSTOP ---',
    )
    expect(found).toEqual([])
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

describe('limits and names of queues', () => {
  const made = '5 mq_open("q", O_RDWR|O_CREAT|O_EXCL, 0600, NULL) = 3'
  const told = (most: number) =>
    `5 mq_getsetattr(3, NULL, {mq_flags=0, mq_maxmsg=${most}, mq_msgsize=8192, mq_curmsgs=0}) = 0`

  it('an administrator may have set others than usual, but a queue keeps its own', async () => {
    expect(await violationsOf(made, told(11))).toEqual([])
    expect(await violationsOf(made, told(11), told(12))).toHaveLength(1)
  })

  it('where limits are set attributes may be refused', async () => {
    const refused =
      '5 mq_open("q", O_RDWR|O_CREAT, 0600, {mq_flags=0, mq_maxmsg=9, mq_msgsize=9, mq_curmsgs=0}) = -1 EINVAL (Invalid argument)'
    const set = '5 openat(AT_FDCWD, "/proc/sys/fs/mqueue/msg_max", O_RDWR) = 3'
    expect(await violationsOf(set, '5 write(3, "8", 1) = 1', refused)).toEqual([])
    expect(await violationsOf(refused)).toHaveLength(1)
  })

  it('a name of more than 255 bytes is too long', async () => {
    const open = (length: number) => `5 mq_open("${'x'.repeat(length)}", O_RDWR|O_CREAT, 0600, NULL)`
    expect(await violationsOf(`${open(255)} = 3`)).toEqual([])
    expect(await violationsOf(`${open(256)} = -1 ENAMETOOLONG (File name too long)`)).toEqual([])
    expect(await violationsOf(`5 mq_unlink("${'x'.repeat(256)}") = 0`)).toHaveLength(1)
  })
})

it('files of a process that is gone are not opened', async () => {
  expect(await violationsOf('5 openat(AT_FDCWD, "/proc/12/mem", O_RDONLY) = -1 ESRCH (No such process)')).toEqual([])
})

it('a socket takes less once its buffer was made small', async () => {
  const pair = '5 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0'
  const small = '5 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [1], 4) = 0'
  const part = '5 write(4, "a"..., 16384) = 4480'
  expect(await violationsOf(pair, small, part)).toEqual([])
  expect(await violationsOf(pair, part)).toHaveLength(1)
})

it('clone3 takes a longer structure as long as what it does not know is zero', async () => {
  const longer = '5 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 96)'
  expect((await verdictOf(`${longer} = 6`, ...ended, reaped)).verdict).toBe('conforms')
  expect((await verdictOf(`${longer} = -1 E2BIG (Argument list too long)`)).verdict).toBe('conforms')
})

it('a set of signals has eight bytes, whatever else is wrong', async () => {
  const call = (size: number) => `5 rt_sigprocmask(SIG_SETMASK, NULL, NULL, ${size})`
  expect(await violationsOf(`${call(16)} = -1 EINVAL (Invalid argument)`)).toEqual([])
  expect(await violationsOf(`${call(16)} = 0`)).toHaveLength(1)
  expect(await violationsOf(`${call(8)} = -1 EINVAL (Invalid argument)`)).toHaveLength(1)
})

it('what is behind a descriptor of a kind unknown may refuse to be mapped anywhere', async () => {
  const ring = '5 io_uring_setup(8, {flags=0, sq_entries=8, cq_entries=16}) = 3'
  const mapped =
    '5 mmap(0x20400000, 8192, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, 3, 0) = -1 EINVAL (Invalid argument)'
  expect(await violationsOf(ring, mapped)).toEqual([])
})

it('a program that goes to ever further directories is followed all the same', async () => {
  const away = Array.from({ length: 60 }, () => `5 chdir("${'d'.repeat(100)}") = 0`)
  const { verdict } = await verdictOf(
    ...away,
    '5 openat(AT_FDCWD, "f", O_RDWR|O_CREAT|O_EXCL, 0600) = 3',
    ...away,
    '5 openat(AT_FDCWD, "f", O_RDWR|O_CREAT|O_EXCL, 0600) = 4',
  )
  expect(verdict).toBe('conforms')
})

it('bpf makes what is closed by execve, or nothing', async () => {
  const { verdict } = await verdictOf(
    '5 bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY}, 72) = 3',
    '5 bpf(BPF_MAP_UPDATE_ELEM, {map_fd=3}, 32) = 0',
    '5 fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)',
    '5 close(3) = 0',
  )
  expect(verdict).toBe('conforms')
})

it('a first descriptor that was made at a chosen number says nothing of those below it', async () => {
  const found = await violationsOf(
    '5 fcntl(0, F_DUPFD, 10) = 10',
    '5 close(10) = 0',
    '5 openat(AT_FDCWD, "f", O_RDONLY) = 3',
    '5 close(3) = 0',
  )
  expect(found).toEqual([])
})

it('what is sent to a pair of sockets can be read there', async () => {
  const pair = '5 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0'
  const found = await violationsOf(pair, '5 sendto(4, "q", 1, MSG_NOSIGNAL, NULL, 0) = 1', '5 read(3, "q", 1) = 1')
  expect(found).toEqual([])
  expect(await violationsOf(pair, '5 sendto(9, "q", 1, 0, NULL, 0) = 1')).toHaveLength(1)
})

it('a device may have no working line behind it', async () => {
  expect(await violationsOf('5 openat(AT_FDCWD, "/dev/ttyS1", O_RDWR) = -1 EIO (Input/output error)')).toEqual([])
})

it('a stop signal that a tracer holds back has its line before the next call of a single thread', async () => {
  const rounds = [forked, '5 kill(6, SIGSTOP) = 0', '5 kill(6, SIGCONT) = 0', sent(6, 'SIGCONT', 5), '6 getpid() = 6']
  expect(await violationsOf(...rounds, sent(6, 'SIGSTOP', 5))).toHaveLength(1)
  const again = ['5 kill(6, SIGSTOP) = 0', sent(6, 'SIGSTOP', 5), '6 --- stopped by SIGSTOP ---']
  expect(await violationsOf(...rounds, ...again)).toEqual([])
})

it('a write that a second expiry of a timer cuts short leaves what it has written', async () => {
  const alarm = (restored: number) => [
    '5 --- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---',
    `5 rt_sigreturn({mask=[]}) = ${restored}`,
  ]
  const handled = '5 rt_sigaction(SIGALRM, {sa_handler=0x5, sa_mask=[], sa_flags=0}, NULL, 8) = 0'
  const lines = [
    '5 setitimer(ITIMER_REAL, {it_interval={tv_sec=1, tv_usec=0}, it_value={tv_sec=1, tv_usec=0}}, NULL) = 0',
    '5 pipe2([3, 4], 0) = 0',
    forked,
    '5 write(4, "xx"..., 200000 <unfinished ...>',
    '6 getppid() = 5',
    '5 <... write resumed>) = 65536',
    ...alarm(65536),
    '5 write(4, "xx"..., 134464 <unfinished ...>',
    '6 read(3, "xx"..., 65536) = 65536',
    '5 <... write resumed>) = 65536',
  ]
  expect(await violationsOf(handled, ...lines, ...alarm(65536))).toEqual([])
  const less = lines.with(-1, '5 <... write resumed>) = 65000')
  expect(await violationsOf(handled, ...less, ...alarm(65000))).toHaveLength(1)
})

it('a fault that a process is shown again and again and does not die of takes no more time each time', async () => {
  const fault = '5 --- SIGSEGV {si_signo=SIGSEGV, si_code=SI_KERNEL, si_addr=NULL} ---'
  const found = await verdictOf(...Array.from({ length: 20_000 }, () => fault))
  expect(found.violations).toEqual([])
  expect(found.seconds).toBeLessThan(20)
})

it('what a device is opened with O_CREAT for is no file: its offset does not move', async () => {
  const moved = (path: string) => [
    `5 openat(AT_FDCWD, "${path}", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3`,
    '5 write(3, "abc", 3) = 3',
    '5 lseek(3, 0, SEEK_CUR) = 0',
  ]
  expect(await violationsOf(...moved('/dev/null'))).toEqual([])
  expect(await violationsOf(...moved('../../dev/null'))).toEqual([])
  expect(await violationsOf(...moved('/dev/shm/null'))).toHaveLength(1)
  expect(await violationsOf(...moved('null'))).toHaveLength(1)
})
