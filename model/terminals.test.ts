import { describe, expect, it } from 'vitest'
import { flagSet } from './params.ts'
import { SIGCONT, SIGHUP, SIGKILL, SIGTTIN, SIGTTOU } from './signals.ts'
import { isBlocked, isUndecided, type Answer } from './syscall.ts'
import { Play } from './testing/play.ts'

const P0 = Play.first
const MASTER = 0
const SLAVE = 1

/** P0 has both sides of a pseudo-terminal open, and a child that leads a session on it. */
function terminal(): { play: Play; leader: number; id: number } {
  const play = new Play()
  play.kernel.processes.edit(P0).subreaper = true
  expect(play.step(P0, 'openpty').out).toEqual({ fds: [MASTER, SLAVE] })
  const leader = play.fork(P0)
  play.call(leader, 'setsid')
  expect(play.call(leader, 'ioctl(TIOCSCTTY)', { fd: SLAVE, request: 'TIOCSCTTY', arg: 0 })).toBe(0)
  const [id] = play.kernel.terminals.ids()
  return { play, leader, id: id! }
}

const ask = (play: Play, pid: number, request: string, fd = SLAVE) => {
  const { result, out } = play.step(pid, `ioctl(${request})`, { fd, request })
  return result === 0 && out !== null ? Object.values(out)[0] : result
}

const setForeground = (play: Play, pid: number, pgrp: number, fd = SLAVE) =>
  play.call(pid, 'ioctl(TIOCSPGRP)', { fd, request: 'TIOCSPGRP', pgrp })

const take = (play: Play, pid: number, arg = 0, fd = SLAVE) =>
  play.call(pid, 'ioctl(TIOCSCTTY)', { fd, request: 'TIOCSCTTY', arg })

const tostop = (play: Play, pid: number) => play.call(pid, 'tcsetattr', { fd: SLAVE, c_lflag: flagSet('TOSTOP') })

/** The answer to a call of the process on what its descriptor refers to. */
const answered = (play: Play, pid: number, rule: (description: number) => Answer): unknown[] => {
  const slot = play.kernel.fn.slotOf(play.kernel, play.kernel.threads.at(pid), SLAVE)
  const answer = rule(Math.floor(slot / 2))
  if (isUndecided(answer)) return [answer.undecided]
  return isBlocked(answer) ? ['blocked'] : answer.map(({ result }) => result)
}

const reads = (play: Play, pid: number, count = 9) =>
  answered(play, pid, (description) =>
    play.kernel.fn.ttyRead(play.kernel, play.kernel.threads.at(pid), description, count),
  )

const writes = (play: Play, pid: number, data: string) =>
  answered(play, pid, (description) =>
    play.kernel.fn.ttyWrite(play.kernel, play.kernel.threads.at(pid), description, data, data.length),
  )

const opens = (play: Play, pid: number, path: string, ...flags: string[]): unknown => {
  const { kernel } = play
  const caller = kernel.threads.at(pid)
  const answer = kernel.fn.ttyOpen(kernel, caller, path, new Set(flags), kernel.fn.lowestFree(kernel, caller.files))
  if (isBlocked(answer) || isUndecided(answer)) return answer
  answer[0]!.effect?.(kernel)
  return answer[0]!.result
}

const watch = (play: Play, ...pids: number[]) => {
  for (const pid of pids) {
    play.handle(pid, SIGHUP, 'handler')
    play.handle(pid, SIGCONT, 'handler')
    play.block(pid, SIGHUP, SIGCONT)
  }
}

describe('controlling terminals', () => {
  it('a session leader acquires the slave that it opens for reading, and its group is in the foreground', () => {
    const play = new Play()
    play.step(P0, 'openpty')
    const leader = play.fork(P0)
    expect(opens(play, leader, '/dev/pts/0', 'O_RDWR')).toBe(2)
    expect(ask(play, leader, 'TIOCGPGRP')).toBe('ENOTTY')
    play.call(leader, 'setsid')
    opens(play, leader, '/dev/pts/0', 'O_WRONLY')
    opens(play, leader, '/dev/pts/0', 'O_RDWR', 'O_NOCTTY')
    opens(play, leader, '/dev/ptmx', 'O_RDWR')
    expect(ask(play, leader, 'TIOCGPGRP')).toBe('ENOTTY')
    opens(play, leader, '/dev/pts/0', 'O_RDONLY')
    expect(ask(play, leader, 'TIOCGPGRP')).toBe(leader)
    expect(ask(play, leader, 'TIOCGSID')).toBe(leader)
    expect(opens(play, leader, '/dev/tty', 'O_RDWR')).toBe(7)
    expect(opens(play, P0, '/dev/tty', 'O_RDWR')).toBe('ENXIO')
  })

  it('a locked slave cannot be opened, and the failed attempt spoils it until one succeeds', () => {
    const { play, leader } = terminal()
    const lock = (on: number) => play.call(P0, 'ioctl(TIOCSPTLCK)', { fd: MASTER, request: 'TIOCSPTLCK', lock: on })
    lock(1)
    expect(opens(play, leader, '/dev/pts/0', 'O_RDWR')).toBe('EIO')
    expect(writes(play, leader, 'x')).toEqual(['EIO'])
    lock(0)
    expect(writes(play, leader, 'x')).toEqual(['EIO'])
    opens(play, leader, '/dev/tty', 'O_RDWR')
    expect(writes(play, leader, 'x')).toEqual([1])
  })

  it('TIOCSCTTY is for session leaders without a terminal; another session can be robbed of its own', () => {
    const { play, leader } = terminal()
    const child = play.fork(leader)
    const other = play.fork(P0)
    expect(take(play, leader)).toBe(0)
    expect(take(play, child)).toBe('EPERM')
    expect(take(play, other)).toBe('EPERM')
    play.call(other, 'setsid')
    expect(take(play, other)).toBe('EPERM')
    expect(take(play, other, 1, MASTER)).toBe(0)
    expect(play.kernel.processes.at(child).terminal).toBe(0)
    expect(ask(play, leader, 'TIOCGPGRP')).toBe('ENOTTY')
    expect(ask(play, other, 'TIOCGPGRP')).toBe(other)
    expect(play.pending(leader)).toEqual([])
  })

  it('fork passes the terminal on, setsid drops it', () => {
    const { play, leader, id } = terminal()
    const child = play.fork(leader)
    expect(play.kernel.processes.at(child).terminal).toBe(id)
    play.call(child, 'setsid')
    expect(play.kernel.processes.at(child).terminal).toBe(0)
    expect(play.kernel.terminals.at(id).session).toBe(leader)
  })

  it('TIOCNOTTY takes the terminal from one process, or, by the leader, from the session, with signals', () => {
    const { play, leader, id } = terminal()
    const child = play.fork(leader)
    watch(play, leader, child)
    expect(ask(play, P0, 'TIOCNOTTY')).toBe('ENOTTY')
    expect(play.call(leader, 'ioctl(TIOCNOTTY)', { fd: MASTER, request: 'TIOCNOTTY' })).toBe('ENOTTY')
    const grandchild = play.own(child, play.fork(child))
    expect(ask(play, grandchild, 'TIOCNOTTY')).toBe(0)
    expect(play.kernel.processes.at(child).terminal).toBe(id)
    expect(play.pending(child)).toEqual([])
    expect(ask(play, leader, 'TIOCNOTTY')).toBe(0)
    expect(play.kernel.processes.at(child).terminal).toBe(0)
    expect(play.pending(leader)).toEqual([SIGHUP, SIGCONT])
    expect(play.pending(child)).toEqual([SIGHUP, SIGCONT])
    expect(play.pending(grandchild)).toEqual([])
    expect(play.kernel.terminals.at(id)).toMatchObject({ state: 'free', session: 0, foreground: 0 })
  })

  it('tcsetpgrp refuses in the order of the kernel, and takes any process of the session for a group', () => {
    const { play, leader } = terminal()
    const child = play.fork(leader)
    expect(setForeground(play, P0, -1)).toBe('EINVAL')
    expect(setForeground(play, P0, leader)).toBe('ENOTTY')
    expect(setForeground(play, leader, -1)).toBe('EINVAL')
    expect(setForeground(play, leader, 0)).toBe('ESRCH')
    expect(setForeground(play, leader, 99)).toBe('ESRCH')
    expect(setForeground(play, leader, P0)).toBe('EPERM')
    expect(setForeground(play, leader, leader, MASTER)).toBe(0)
    expect(setForeground(play, leader, child)).toBe(0)
    expect(ask(play, leader, 'TIOCGPGRP')).toBe(child)
    expect(ask(play, P0, 'TIOCGPGRP', MASTER)).toBe(child)
    play.kill(P0, child, SIGKILL)
    play.wait(leader)
    expect(ask(play, leader, 'TIOCGPGRP')).toBe(child)
  })

  it('a pipe is no terminal', () => {
    const play = new Play()
    expect(ask(play, P0, 'TIOCGPGRP', 5)).toBe('EBADF')
    play.step(P0, 'openpty')
    expect(ask(play, P0, 'TIOCGPTN', MASTER)).toBe(0)
    expect(ask(play, P0, 'TIOCGPTN')).toBe('ENOTTY')
    expect(ask(play, P0, 'TIOCGPGRP', MASTER)).toBe(0)
    expect(ask(play, P0, 'TIOCGSID', MASTER)).toBe('ENOTTY')
  })
})

describe('job control', () => {
  /** The leader has put its child's group into the foreground, and is itself in the background. */
  function background(): { play: Play; leader: number; child: number } {
    const { play, leader } = terminal()
    const child = play.own(leader, play.fork(leader))
    setForeground(play, leader, child)
    return { play, leader, child }
  }

  it('a background tcsetpgrp stops the whole group, and takes place when the group goes on in the foreground', () => {
    const { play, leader } = terminal()
    const child = play.own(leader, play.fork(leader))
    const friend = play.fork(child)
    const step = play.step(child, 'ioctl(TIOCSPGRP)', { fd: SLAVE, request: 'TIOCSPGRP', pgrp: child })
    expect(step.result).toBeUndefined()
    expect(play.kernel.processes.at(child)).toMatchObject({ state: 'stopped', stopSignal: SIGTTOU })
    expect(play.kernel.processes.at(friend)).toMatchObject({ state: 'stopped', stopSignal: SIGTTOU })
    expect(setForeground(play, leader, child)).toBe(0)
    play.kill(leader, -child, SIGCONT)
    expect(step.result).toBe(0)
  })

  it('an orphaned background group cannot be stopped, so tcsetpgrp fails with ENOTTY and tcsetattr with EIO', () => {
    const { play, leader } = background()
    expect(play.kernel.fn.isOrphaned(play.kernel, leader)).toBe(true)
    expect(setForeground(play, leader, leader)).toBe('ENOTTY')
    expect(tostop(play, leader)).toBe('EIO')
    expect(reads(play, leader)).toEqual(['EIO'])
  })

  it('whoever ignores or blocks SIGTTOU goes ahead, orphaned or not', () => {
    const { play, leader } = background()
    play.block(leader, SIGTTOU)
    expect(setForeground(play, leader, leader)).toBe(0)
  })

  it('a handler without SA_RESTART lets a background tcsetattr fail with EINTR', () => {
    const { play, leader } = terminal()
    const child = play.own(leader, play.fork(leader))
    play.handle(child, SIGTTOU, 'handler')
    expect(tostop(play, child)).toBe('EINTR')
    expect(play.kernel.processes.at(child).state).toBe('running')
  })

  it('background reads: stopped, EIO when SIGTTIN is ignored; writes only with TOSTOP', () => {
    const { play, leader } = terminal()
    const child = play.own(leader, play.fork(leader))
    expect(reads(play, child)).toEqual(['ERESTARTSYS'])
    expect(writes(play, child, 'x')).toEqual([1])
    tostop(play, leader)
    expect(writes(play, child, 'x')).toEqual(['ERESTARTSYS'])
    play.handle(child, SIGTTOU, 'SIG_IGN')
    play.handle(child, SIGTTIN, 'SIG_IGN')
    expect(writes(play, child, 'x')).toEqual([1])
    expect(reads(play, child)).toEqual(['EIO'])
  })

  it('another terminal than its own does not control a process', () => {
    const { play } = background()
    expect(play.step(P0, 'read', { fd: SLAVE, count: 9 }).result).toBeUndefined()
    expect(play.kernel.threads.at(P0).slept).toBe(true)
  })
})

describe('the end of a terminal', () => {
  it('the death of a session leader sends SIGHUP to the foreground group alone, and frees the terminal', () => {
    const { play, leader, id } = terminal()
    const child = play.own(leader, play.fork(leader))
    const other = play.own(leader, play.fork(leader))
    setForeground(play, leader, child)
    watch(play, child, other)
    play.exit(leader)
    expect(play.pending(child)).toEqual([SIGHUP])
    expect(play.pending(other)).toEqual([])
    expect(play.kernel.processes.at(child).terminal).toBe(0)
    expect(play.kernel.terminals.at(id).state).toBe('free')
    expect(writes(play, child, 'x')).toEqual([1])
    expect(ask(play, child, 'TIOCGPGRP')).toBe('ENOTTY')
  })

  it('the last close of the master sends SIGHUP and SIGCONT to the session leader alone', () => {
    const { play, leader, id } = terminal()
    const child = play.own(leader, play.fork(leader))
    for (const pid of [leader, child]) play.call(pid, 'close', { fd: MASTER })
    setForeground(play, leader, child)
    watch(play, leader, child)
    play.call(P0, 'close', { fd: MASTER })
    expect(play.pending(leader)).toEqual([SIGHUP, SIGCONT])
    expect(play.pending(child)).toEqual([])
    expect(play.kernel.processes.at(child).terminal).toBe(0)
    expect(play.kernel.processes.at(leader).hungUpForeground).toBe(child)
    expect(play.kernel.terminals.at(id).state).toBe('hung-up')
    play.exit(leader)
    expect(play.pending(child)).toEqual([SIGHUP, SIGCONT])
  })

  it('a slave that hung up reads 0, fails with EIO, and has no name', () => {
    const { play, leader, id } = terminal()
    play.call(leader, 'close', { fd: MASTER })
    watch(play, leader)
    play.call(P0, 'close', { fd: MASTER })
    expect(reads(play, leader)).toEqual([0])
    const { descriptions } = play.kernel
    const slave = descriptions.ids().find((description) => descriptions.at(description).kind === 'terminal')!
    play.kernel.fn.sleepInRead(play.kernel, leader, slave)
    expect(reads(play, leader)).toEqual([0, 'EIO'])
    expect(writes(play, leader, 'x')).toEqual(['EIO'])
    expect(ask(play, leader, 'TIOCGPGRP')).toBe('EIO')
    expect(setForeground(play, leader, leader)).toBe('ENOTTY')
    expect(opens(play, leader, '/dev/pts/0', 'O_RDWR')).toBe('ENOENT')
    play.call(P0, 'close', { fd: SLAVE })
    play.call(leader, 'close', { fd: SLAVE })
    expect(play.kernel.terminals.has(id)).toBe(false)
    expect(play.kernel.inodes.size).toBe(0)
    expect(play.kernel.descriptions.size).toBe(0)
  })

  it('the master reads EIO while no slave is open, and works again after the next open', () => {
    const { play, leader } = terminal()
    for (const pid of [P0, leader]) play.call(pid, 'close', { fd: SLAVE })
    const master = () =>
      play.kernel.fn.ttyRead(play.kernel, play.kernel.threads.at(P0), play.kernel.descriptions.ids()[0]!, 1)
    expect(master()).toEqual([{ result: 'EIO' }])
    opens(play, leader, '/dev/tty', 'O_RDWR')
    expect(master()).toEqual([expect.objectContaining({ goesOn: 'asleep' })])
  })
})

describe('terminal input and output', () => {
  it('readers take turns: while one waits for input the others wait for it, even to read nothing', () => {
    const { play, leader, id } = terminal()
    const second = play.fork(leader)
    const { kernel } = play
    play.block(P0, SIGTTIN)
    const description = Math.floor(kernel.fn.slotOf(kernel, kernel.threads.at(leader), SLAVE) / 2)
    const sleeps = (pid: number) => kernel.fn.sleepInRead(kernel, pid, description)
    sleeps(leader)
    expect(kernel.fn.ttyRead(kernel, kernel.threads.at(second), description, 0)).toEqual([
      expect.objectContaining({ goesOn: 'asleep' }),
    ])
    sleeps(second)
    kernel.fn.receiveInput(kernel, id, 'a\n')
    expect(reads(play, second)).toEqual(['blocked'])
    expect(answered(play, second, (of) => kernel.fn.ttyRead(kernel, kernel.threads.at(second), of, 0))).toEqual([
      'blocked',
    ])
    expect(reads(play, leader)).toEqual([2])
    kernel.fn.finishCall(kernel, leader)
    expect(kernel.terminals.at(id).slaveReaders).toEqual([0, second])
    const third = play.fork(leader)
    // Who comes just now may be faster than the one who is being woken.
    expect([reads(play, second), reads(play, third)]).toEqual([[2], [2]])
    kernel.fn.finishCall(kernel, second)
    expect(kernel.terminals.at(id).slaveReaders).toEqual([])
  })

  it('input is read by lines and echoed, a newline counts twice in the output', () => {
    const { play, leader, id } = terminal()
    const { kernel } = play
    kernel.fn.receiveInput(kernel, id, 'hi\nyo\nxx')
    expect(kernel.terminals.at(id)).toMatchObject({ lines: [3, 3], partialLine: 2, output: 10 })
    expect(reads(play, leader)).toEqual([3])
    expect(reads(play, leader, 2)).toEqual([2])
    kernel.fn.receiveInput(kernel, id, 'z\n')
    expect(kernel.terminals.at(id)).toMatchObject({ lines: [3, 3, 4], partialLine: 0, output: 13 })
  })

  it('the slave of a pair made before others has the lowest number; a trace may number it otherwise', () => {
    const play = new Play()
    play.step(P0, 'openpty')
    play.step(P0, 'openpty')
    const [first, second] = play.kernel.terminals.ids()
    play.kernel.fn.renumber(play.kernel, first!, 1)
    expect(play.kernel.terminals.at(second!).number).toBe(0)
    play.kernel.fn.renumber(play.kernel, second!, 5)
    const owner = (path: string) => play.kernel.inodes.at(play.kernel.names.get(path)!).object
    expect(owner('/dev/pts/1')).toBe(first)
    expect(owner('/dev/pts/5')).toBe(second)
    expect(play.kernel.names.get('/dev/pts/0')).toBeUndefined()
  })
})
