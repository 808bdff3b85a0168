import { describe, expect, it } from 'vitest'
import { ended, fork, forked, reaped, sent, verdictOf, violationsOf } from './testing.ts'

const child = '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0} ---'

describe('how things were when a capture began', () => {
  const none = '5 wait4(-1, 0x7ffd, 0, NULL) = -1 ECHILD (No child processes)'

  it('may be that SIGCHLD was ignored, unless a line to come shows that it was not', async () => {
    expect(await violationsOf(forked, ...ended, none)).toEqual([])
    expect(await violationsOf(forked, ...ended, none, child)).toMatchObject([{ line: 7 }])
  })

  it('may be that a signal was blocked, unless a mask to come does not have it', async () => {
    const lines = ['5 kill(5, SIGUSR1) = 0', '5 getpid() = 5', sent(5, 'SIGTERM', 99)]
    expect((await verdictOf(...lines)).violations).toMatchObject([{ allowed: ['SIGUSR1 (SI_USER)'] }])
  })
})

describe('a hang-up', () => {
  const signal = (name: string) => `6 --- ${name} {si_signo=${name}, si_code=SI_KERNEL} ---`
  const handles = (name: string) =>
    `6 rt_sigaction(${name}, {sa_handler=0x4000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0`
  const back = '6 rt_sigreturn({mask=[]}) = 0'
  const lines = [forked, handles('SIGHUP'), handles('SIGCONT')]

  it('from a terminal outside sends SIGHUP and then SIGCONT', async () => {
    expect(await violationsOf(...lines, signal('SIGHUP'), back, signal('SIGCONT'), back)).toEqual([])
    expect(await violationsOf(...lines, signal('SIGCONT'), back, signal('SIGHUP'), back)).toMatchObject([{ line: 7 }])
  })
})

describe('a message of System V', () => {
  const makes = '5 msgget(IPC_PRIVATE, 0600) = 7'
  const sends = '5 msgsnd(7, {mtype=1, mtext="hello"...}, 9, 0) = 0'
  const receives = (text: string) => `5 msgrcv(7, {mtype=1, mtext=${text}}, 20, 0, 0) = 9`

  it('holds what was sent, as far as the text of both is shown', async () => {
    for (const text of ['"hello"...', '"hel"...', '"hello, you and others"', '""'])
      expect(await violationsOf(makes, sends, receives(text)), text).toEqual([])
    expect(await violationsOf(makes, sends, receives('"jello"...'))).toMatchObject([{ line: 6 }])
  })
})

describe('an eventfd', () => {
  const made = '5 eventfd2(2, EFD_CLOEXEC) = 3'
  const write = (pid: number) => `${pid} write(3, "\\1\\0\\0\\0\\0\\0\\0\\0", 8) = 8`
  const read = (count: number) => `5 read(3, "\\${count}\\0\\0\\0\\0\\0\\0\\0", 8) = 8`

  it('gives the sum of what was written, and is 0 then', async () => {
    expect(await violationsOf(made, forked, write(6), write(5), read(4), write(5), read(1))).toEqual([])
    expect(await violationsOf(made, forked, write(6), write(5), read(3), write(5), read(1))).toMatchObject([
      { line: 8, allowed: ['read = 8: the count is 4'], because: 'line 7, P0 (5) write(3, "\\1\\0\\0\\0\\0\\0\\0\\0", 8) = 8' },
    ]) // prettier-ignore
    expect(await violationsOf(made, read(2), read(1))).toMatchObject([{ line: 6 }])
  })

  it('gives 1 at a time with EFD_SEMAPHORE', async () => {
    const semaphore = '5 eventfd2(2, EFD_SEMAPHORE) = 3'
    expect(await violationsOf(semaphore, read(1), read(1))).toEqual([])
    expect(await violationsOf(semaphore, read(2))).toMatchObject([{ line: 5 }])
  })

  it('may have been written to by another thread meanwhile, or by a driver', async () => {
    const thread =
      '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, exit_signal=0, stack=0x7f, stack_size=0x7f}, 88) = 6'
    const over = ['6 exit(0) = ?', '6 +++ exited with 0 +++']
    expect(await violationsOf(made, thread, write(6), ...over, read(3))).toEqual([])
    expect(await violationsOf(made, thread, write(6), ...over, read(4))).toEqual([])
    expect(await violationsOf(made, '5 ioctl(9, KVM_IRQFD, 0x7ffd) = 0', read(5))).toEqual([])
  })
})

describe('the status flags of a file of a kind unknown', () => {
  const tells = (flags: string) => `5 fcntl(3, F_GETFL) = ${flags}`

  it('are those with which it was made or that were set since', async () => {
    const made = '5 socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0) = 3'
    const plain = '5 fcntl(3, F_SETFL, O_RDWR) = 0'
    expect(await violationsOf(made, tells('0x802 (flags O_RDWR|O_NONBLOCK)'), plain, tells('0x2 (flags O_RDWR)'))).toEqual([])
    expect(await violationsOf(made, tells('0x2 (flags O_RDWR)'))).toMatchObject([
      { line: 5, allowed: ['fcntl = flags without O_APPEND and with O_NONBLOCK'] },
    ])
  }) // prettier-ignore

  it('may be others where the descriptor was there before, or somebody else was given it', async () => {
    expect(await violationsOf('5 fcntl(0, F_GETFL) = 0x402 (flags O_RDWR|O_APPEND)')).toEqual([])
    const gives =
      '5 sendmsg(4, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3]}], msg_controllen=24, msg_flags=0}, 0) = 1'
    const made = ['5 socket(AF_INET, SOCK_STREAM, 0) = 3', '5 socket(AF_UNIX, SOCK_STREAM, 0) = 4']
    expect(await violationsOf(...made, gives, tells('0x802 (flags O_RDWR|O_NONBLOCK)'))).toEqual([])
  })
})

describe('whoever has stopped', () => {
  const stops = ['6 --- SIGSTOP {si_signo=SIGSTOP, si_code=SI_USER, si_pid=5, si_uid=0} ---', '6 --- stopped by SIGSTOP ---']

  it('takes SIGCONT before it makes any call', async () => {
    const lines = [forked, '5 kill(6, SIGSTOP) = 0', ...stops, '5 kill(6, SIGCONT) = 0']
    const goesOn = '6 brk(NULL) = 0x55d0c0a01000'
    expect(await violationsOf(...lines, sent(6, 'SIGCONT', 5), goesOn)).toEqual([])
    expect(await violationsOf(...lines, goesOn)).toMatchObject([{ line: 9, allowed: ['SIGCONT, by which it goes on'] }])
  })
}) // prettier-ignore

describe('a process', () => {
  const told = '5 set_tid_address(0x7f) = 5'
  const halves = ['5 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1, tv_nsec=0},  <unfinished ...>', '6 brk(NULL) = 0x1', '5 <... clock_nanosleep resumed>NULL) = 0']

  it('dies once', async () => {
    expect(await violationsOf(told, forked, ...ended, ended[1]!)).toMatchObject([{ line: 8, allowed: ['nothing: it is dead'] }])
  })

  it('does nothing before the call that makes it', async () => {
    const lines = [told, forked, ...halves, ...halves]
    expect(await violationsOf(...lines, fork(5, 7), '7 brk(NULL) = 0x1')).toEqual([])
    expect(await violationsOf(...lines, '7 brk(NULL) = 0x1', fork(5, 7))).toMatchObject([
      { line: 12, allowed: ['nothing: no call has made it'] },
    ])
  })
}) // prettier-ignore

describe('a lock', () => {
  const opens = '5 openat(AT_FDCWD, "/tmp/f", O_RDWR|O_CREAT, 0600) = 3'
  const again = '-1 EAGAIN (Resource temporarily unavailable)'

  it('is not refused to who waits for it, nor its removal to anybody', async () => {
    expect(await violationsOf(opens, `5 flock(3, LOCK_EX|LOCK_NB) = ${again}`)).toEqual([])
    for (const operation of ['LOCK_EX', 'LOCK_UN|LOCK_NB'])
      expect(await violationsOf(opens, `5 flock(3, ${operation}) = ${again}`)).toMatchObject([{ line: 5 }])
  })
})

describe('a wait for signals', () => {
  it('returns one of those for which it asked, whoever sent it', async () => {
    const waits = (signal: string, number: number) =>
      `5 rt_sigtimedwait([USR1], {si_signo=${signal}, si_code=SI_USER, si_pid=99, si_uid=0}, NULL, 8) = ${number} (${signal})`
    const blocks = '5 rt_sigprocmask(SIG_BLOCK, [USR1], NULL, 8) = 0'
    expect(await violationsOf(blocks, waits('SIGUSR1', 10))).toEqual([])
    expect(await violationsOf(blocks, waits('SIGURG', 23))).toMatchObject([{ line: 5 }])
  })
})

describe('rt_sigpending', () => {
  it('shows no signal that is not blocked', async () => {
    const blocks = '5 rt_sigprocmask(SIG_SETMASK, [USR1], NULL, 8) = 0'
    expect(await violationsOf(blocks, '5 rt_sigpending([USR1], 8) = 0')).toEqual([])
    expect(await violationsOf(blocks, '5 rt_sigpending([USR2], 8) = 0')).toMatchObject([
      { line: 5, allowed: ['rt_sigpending = 0, set []'] },
    ])
  })
})

describe('an offset', () => {
  it('may have been moved by another thread meanwhile', async () => {
    const found = await violationsOf(
      '5 openat(AT_FDCWD, "/etc/a", O_RDONLY) = 3',
      '5 newfstatat(3, "", {st_mode=S_IFREG|0644, st_size=10, ...}, AT_EMPTY_PATH) = 0',
      '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, exit_signal=0, stack=0x7f, stack_size=0x7f}, 88) = 6',
      '6 read(3, "0123", 4) = 4',
      '6 exit(0) = ?',
      '6 +++ exited with 0 +++',
      '5 lseek(3, 0, SEEK_CUR) = 4',
    )
    expect(found).toEqual([])
  })
})

describe('the two numbers of a pipe', () => {
  it('rise, whatever was open before', async () => {
    expect(await violationsOf('5 pipe2([3, 5], 0) = 0')).toEqual([])
    for (const pair of ['[4, 3]', '[3, 3]'])
      expect(await violationsOf(`5 pipe2(${pair}, 0) = 0`, reaped.replace(/ = .*/, ' = -1 ECHILD (No child processes)'))).toMatchObject([{ line: 4 }])
  })
}) // prettier-ignore

describe('unshare', () => {
  const adjusted = [
    '5 semget(0x7, 2, IPC_CREAT|IPC_EXCL|0600) = 0',
    '5 semop(0, [{sem_num=0, sem_op=3, sem_flg=SEM_UNDO}], 1) = 0',
  ]
  const value = (number: number) => `5 semctl(0, 0, GETVAL, 0x7ffd) = ${number}`

  it.each(['CLONE_SYSVSEM', 'CLONE_FS|CLONE_SYSVSEM'])(
    '(%s) applies the semadj of the last that shares them',
    async (flags) => {
      expect(await violationsOf(...adjusted, `5 unshare(${flags}) = 0`, value(0))).toEqual([])
      expect(await violationsOf(...adjusted, `5 unshare(${flags}) = 0`, value(3))).toHaveLength(1)
    },
  )

  it('(CLONE_FILES) leaves them', async () => {
    expect(await violationsOf(...adjusted, '5 unshare(CLONE_FILES) = 0', value(3))).toEqual([])
    expect(await violationsOf(...adjusted, '5 unshare(CLONE_FILES) = 0', value(0))).toHaveLength(1)
  })

  it('(CLONE_SYSVSEM) leaves adjustments that another process shares', async () => {
    const shared = '5 clone(child_stack=0x7f0000, flags=CLONE_SYSVSEM|SIGCHLD) = 6'
    const lines = [...adjusted, shared, '5 unshare(CLONE_SYSVSEM) = 0']
    expect(await violationsOf(...lines, value(3))).toEqual([])
    expect(await violationsOf(...lines, ...ended, child, reaped, value(3))).toHaveLength(1)
    expect(await violationsOf(...lines, ...ended, child, reaped, value(0))).toEqual([])
  })
})
