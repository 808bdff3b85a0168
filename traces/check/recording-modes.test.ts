import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'
import { ended, forked, reaped, sent, start, verdictOf, violationsOf } from './testing.ts'

const closed = async (...lines: string[]) =>
  (await checkText([...start, ...lines, ''].join('\n'), 'text', { closed: true })).violations
const thread =
  '5 clone(child_stack=0x7f1000, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID, parent_tid=[6], tls=0x7f, child_tidptr=0x7f) = 6'

describe('a fatal signal that one of several threads has taken', () => {
  const taken = [
    '5 rt_sigaction(SIGTERM, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8) = 0',
    thread,
    '5 kill(5, SIGTERM) = 0',
    sent(5, 'SIGTERM', 5),
  ]
  const dead = ['5 +++ killed by SIGTERM +++', '6 +++ killed by SIGTERM +++']

  it('kills the others when the tracer lets it, so that lines of theirs may come first', async () => {
    expect(await violationsOf(...taken, '6 read(0,  <unfinished ...>', ...dead)).toEqual([])
    expect(await violationsOf(...taken, '6 close(0) = 0', ...dead.toReversed())).toEqual([])
  })
  it('leaves the thread itself nothing to do but to die, and nobody after that', async () => {
    expect(await violationsOf(...taken, '5 getppid() = 1', ...dead)).toHaveLength(1)
    expect(await violationsOf(...taken, dead[0]!, '6 getppid() = 1')).toHaveLength(1)
  })
  it('is what a parent learns of', async () => {
    const inChild = [...taken, ...dead].map((line) =>
      line.replace(/^6 /, '7 ').replace(/^5 /, '6 ').replace('[6]', '[7]').replace(/= 6$/, '= 7').replace('(5,', '(6,'),
    )
    const found = inChild.map((line) => line.replace('si_pid=5', 'si_pid=6'))
    const wait = (signal: string) => `5 wait4(6, [{WIFSIGNALED(s) && WTERMSIG(s) == ${signal}}], 0, NULL) = 6`
    expect(await violationsOf(forked, ...found, wait('SIGTERM'))).toEqual([])
    expect(await violationsOf(forked, ...found, wait('SIGKILL'))).not.toEqual([])
  })
})

describe('the number of a call in the place of a result, in a process that is killed', () => {
  const closing = [forked, '6 close(0 <unfinished ...>']
  it('tells nothing, whether the kill is over or under way', async () => {
    const killed = [...closing, '5 kill(6, SIGKILL) = 0', '6 <... close resumed>) = 62', '6 +++ killed by SIGKILL +++']
    expect(await closed(...killed)).toEqual([])
    const killing = [...closing, '5 kill(6, SIGKILL <unfinished ...>', '6 <... close resumed>) = 62']
    expect(await closed(...killing, '5 <... kill resumed>) = 0', killed.at(-1)!)).toEqual([])
  })
  it('is none where nobody kills', async () => {
    const living = [...closing, '5 kill(6, SIGUSR1) = 0', '6 <... close resumed>) = 62', '6 getppid() = 5']
    expect(await closed(...living)).not.toEqual([])
  })
  it('is not taken for what a read has brought', async () => {
    const reading = ['5 pipe2([3, 4], 0) = 0', '5 write(4, "abcde", 5) = 5', forked, '6 read(3,  <unfinished ...>']
    const lines = [...reading, '5 kill(6, SIGKILL) = 0', '6 <... read resumed>0x7f, 100) = 62']
    expect(await closed(...lines, '6 +++ killed by SIGKILL +++', '5 read(3, "abcde", 5) = 5')).toEqual([])
  })
})

describe('constants as numbers (-X raw, -X verbose)', () => {
  it.each(['010600', '010600 /* S_IFIFO|0600 */'])('%s makes a FIFO', async (mode) => {
    const opened = '5 openat(-100, "f", 0x801) = -1 ENXIO (No such device or address)'
    expect(await violationsOf(`5 mknodat(-100, "f", ${mode}) = 0`, opened)).toEqual([])
    expect(
      await violationsOf(`5 mknodat(-100, "f", ${mode.replaceAll('01', '10').replace('FIFO', 'REG')}) = 0`, opened),
    ).toHaveLength(1)
  })
  it.each(['0x600|0600', '0x600 /* IPC_CREAT|IPC_EXCL */|0600'])('%s makes a set that is not there', async (flags) => {
    const again = `5 semget(0x4d2, 1, ${flags})`
    expect(await violationsOf(`5 semget(0x4d2, 1, ${flags}) = 7`, `${again} = -1 EEXIST (File exists)`)).toEqual([])
    expect(await closed(`5 semget(0x4d2, 1, ${flags}) = 7`, `${again} = 7`)).toHaveLength(1)
  })
})

it('descriptors that come with messages have a count, though they are not shown (-s 0)', async () => {
  const message = (data: string) =>
    `{msg_name=NULL, msg_namelen=0, msg_iov=[...], msg_iovlen=1, msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[${data}]}], msg_controllen=24, msg_flags=0}`
  const pair = '5 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0'
  const lines = [
    '5 close(9) = -1 EBADF (Bad file descriptor)',
    pair,
    `5 sendmsg(3, ${message('...')}, 0) = 1`,
    `5 recvmsg(4, ${message('...')}, 0) = 1`,
  ]
  const { verdict } = await verdictOf(...lines, '5 dup(0) = 7', '5 exit_group(0) = ?', '5 +++ exited with 0 +++')
  expect(verdict).toBe('conforms')
  expect(await violationsOf(...lines, '5 dup(0) = 6')).toHaveLength(1)
})

it('a handler may have returned with the error of the call that it interrupted (-e status=!failed)', async () => {
  const handles =
    '5 rt_sigaction(SIGUSR1, {sa_handler=0x4000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0'
  const calls = Array.from({ length: 5 }, () => '5 getpid() = 5')
  const lines = [handles, '5 kill(5, SIGUSR1) = 0', sent(5, 'SIGUSR1', 5), ...calls]
  const mask = '5 rt_sigprocmask(SIG_BLOCK, [USR2], [], 8) = 0'
  expect(await violationsOf(...lines, mask)).toEqual([])
  expect(await violationsOf(...lines, '5 close(99) = -1 EBADF (Bad file descriptor)', mask)).toHaveLength(1)
})

describe('pids of another namespace', () => {
  it('are told from others where flags are numbers (-X raw)', async () => {
    const child = ['6 getppid() = 0', '6 getpid() = 1', ...ended, reaped]
    expect(await violationsOf('5 clone(child_stack=NULL, flags=0x20000000|17) = 6', ...child)).toEqual([])
    expect(await violationsOf('5 clone(child_stack=NULL, flags=0x1000000|17) = 6', ...child)).not.toEqual([])
  })
  it('contradict nothing where the call that made it is hidden', async () => {
    const told = (to: number, child: number, status: number) =>
      `${to} --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=${child}, si_uid=0, si_status=${status}, si_utime=0, si_stime=0} ---`
    const opens = (pid: number) => `${pid} openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3`
    const ends = (pid: number, code: number) => `${pid} +++ exited with ${code} +++`
    const all = [20, 21, 22, 23, 24, 25, 26, 27].map(opens)
    const early = [ends(20, 0), ends(21, 0), ends(22, 0), ends(23, 0)]
    const late = [ends(24, 0), told(27, 20, 0), ends(25, 0), told(27, 21, 0), ends(26, 1), told(27, 22, 1)]
    expect((await checkText([...all, ...early, ...late, ''].join('\n'))).violations).toEqual([])
    expect((await checkText([...all, told(27, 27, 0), ''].join('\n'))).violations).toEqual([])
  })
})

describe('an execve that is not shown', () => {
  const child = ['6 rt_sigprocmask(SIG_SETMASK, [], NULL, 8) = 0', '5 <... vfork resumed>) = 6', '6 exit_group(0) = ?']
  it('ends a vfork (-e trace=!%file)', async () => {
    const attached = ['5 getppid() = 1', '5 vfork( <unfinished ...>', ...child, '6 +++ exited with 0 +++', '']
    const { verdict } = await checkText(attached.join('\n'))
    expect(verdict).toBe('conforms')
    expect(await violationsOf('5 vfork( <unfinished ...>', ...child)).toHaveLength(1)
  })
  it('may be that of another thread, which takes the place of one in a call (-ff)', async () => {
    const lines = [
      '5 getppid() = 1',
      '5 futex(0x7f, FUTEX_WAIT, 5, NULL <unfinished ...>',
      '5 +++ superseded by execve in pid 7 +++',
      '5 <... execve resumed>) = 0',
      '5 exit_group(0) = ?',
      '5 +++ exited with 0 +++',
      '',
    ]
    expect((await checkText(lines.join('\n'))).verdict).toBe('conforms')
    const thread =
      '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0, stack=0x7f, stack_size=0x1000} => {parent_tid=[7]}, 88) = 7'
    const replaced = ['5 pause() = ?', ...lines.slice(2, -1)]
    const alone = [...start, thread, ...replaced, ''].map((line) => line.replace(/^5 /, ''))
    expect((await checkText(alone.join('\n'))).violations).toEqual([])
  })
})

it('a capture that ends in the middle of a line is judged up to there', async () => {
  const { verdict, assumptions } = await checkText([...start, '5 read(0, "ab'].join('\n'))
  expect(verdict).toBe('conforms')
  expect(assumptions).toContain('the capture ends in the middle of a line')
})

it('signals of children that are not shown hold nobody up (-e signal=none)', async () => {
  const { verdict, assumptions } = await verdictOf(forked, ...ended, '5 getppid() = 1', reaped)
  expect(verdict).toBe('conforms')
  expect(assumptions).toContain('the capture does not show signals')
})

it('a handler that returns has had a signal, though only others are shown (-e signal=SIGCHLD)', async () => {
  const handled = '5 rt_sigaction(SIGUSR1, {sa_handler=0x5, sa_mask=[], sa_flags=0}, NULL, 8) = 0'
  const shown = [
    handled,
    forked,
    ...ended,
    reaped,
    '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6} ---',
  ]
  const work = Array.from({ length: 5200 }, () => '5 getppid() = 1')
  const returned = [...shown, ...work, '5 kill(5, SIGUSR1) = 0', '5 rt_sigreturn({mask=[]}) = 0']
  expect((await verdictOf(...returned)).violations).toEqual([])
  expect((await verdictOf(...returned.slice(0, -1), '5 getppid() = 1')).violations).toHaveLength(1)
})

it('a tracer may send any signal as a call returns, and it is then from the kernel (-e inject=)', async () => {
  const killed = [
    '6 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_KERNEL} ---',
    '5 <... vfork resumed>) = 6',
    '6 +++ killed by SIGUSR1 +++',
  ]
  const lines = ['5 vfork( <unfinished ...>', '6 rt_sigprocmask(SIG_SETMASK, [], [], 8) = 0', ...killed]
  const wait = '5 wait4(6, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGUSR1}], 0, NULL) = 6'
  expect(await violationsOf(...lines, wait)).toEqual([])
  expect(await closed(...lines, wait)).not.toEqual([])
})

it('files that are merged may tell of a wait before the end that it tells of (-ff): the child has been waited for', async () => {
  const older = (line: string) => line.replaceAll('6', '7').replaceAll('5', '6')
  const before = [
    ...start,
    forked,
    '6 rt_sigaction(SIGCHLD, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8) = 0',
    older(forked),
    '7 getppid() = 6',
  ]
  const after = ['7 +++ exited with 0 +++', '6 wait4(-1, 0x7ffd, WNOHANG, NULL) = -1 ECHILD (No child processes)']
  const check = (...lines: string[]) =>
    checkText([...lines, ''].join('\n'), 'text', { merged: true, hidden: 'no exit' })
  expect((await check(...before, older(reaped), ...after)).violations).toEqual([])
  expect((await check(...before, ...after)).violations).toHaveLength(1)
})

it.each(['0x3', '3'])('the code that a process exits with may be shown in hexadecimal (-e raw=): %s', async (code) => {
  const lines = [forked, `6 exit_group(${code}) = ?`, '6 +++ exited with 3 +++']
  const wait = (status: number) => `5 wait4(6, [{WIFEXITED(s) && WEXITSTATUS(s) == ${status}}], 0, NULL) = 6`
  expect(await violationsOf(...lines, wait(3))).toEqual([])
  expect(await violationsOf(...lines, wait(0))).toHaveLength(1)
})
