import { describe, expect, test } from 'vitest'
import { addProcess, boot, FIRST } from './boot.ts'
import { descriptionOf } from './functions/files.ts'
import { FORK } from './functions/fork.ts'
import type { Kernel } from './kernel.ts'
import { linux } from './linux.ts'
import { enterCall, makeMove, mayReturn, movesOf, returnFromCall } from './moves.ts'
import { flagSet, type LockRequest } from './params.ts'
import { SIGCHLD, SIGUSR1 } from './signals.ts'
import { run } from './run.ts'
import type { AccessMode } from './state/open-files.ts'
import { NO_SIGNALS } from './state/signal-set.ts'
import type { ActionFlag, SignalAction } from './state/signals.ts'
import type { Result } from './syscall.ts'

/** One way in which a call goes on until its thread is back in user mode, or sleeps. */
interface Way {
  readonly kernel: Kernel
  readonly result: Result | 'sleeps'
  readonly out: unknown
}

/** A namespace with P0 (2), P1 (3) and P2 (4), each with its own table, and one file of 10 bytes. */
function world(): { kernel: Kernel; file: number; open: (tid: number, access?: AccessMode) => number } {
  const kernel = boot(linux)
  addProcess(kernel, 3, 1)
  addProcess(kernel, 4, 1)
  kernel.nextPid = 5
  const file = kernel.fn.newInode(kernel, 0, { kind: 'regular', links: 1, size: 10 })
  const open = (tid: number, access: AccessMode = 'O_RDWR') =>
    kernel.fn.installFd(
      kernel,
      tid,
      kernel.fn.newDescription(kernel, tid, { inode: file, access, kind: 'file' }),
      false,
    )
  return { kernel, file, open }
}

/** Every way of a call by its own thread's moves alone. */
function ways(kernel: Kernel, tid: number, name: string, args: Record<string, unknown>): Way[] {
  const copy = kernel.fork()
  enterCall(copy, tid, { syscall: linux.syscalls.get(name)!, args })
  return goOn(copy, tid)
}

/** Every way in which a thread in a call goes on. */
function goOn(kernel: Kernel, tid: number): Way[] {
  const thread = kernel.threads.at(tid)
  if (mayReturn(thread)) {
    const { result, out } = thread
    returnFromCall(kernel, tid)
    return [{ kernel, result: result!, out }]
  }
  const { moves, answered } = movesOf(kernel, tid)
  const own = moves.filter(({ move }) => move === 'effect' || move === 'work')
  if (own.length === 0) return [{ kernel, result: 'sleeps', out: null }]
  return own.flatMap((move) => {
    const copy = kernel.fork()
    copy.ledger.step++
    makeMove(copy, move, answered)
    return goOn(copy, tid)
  })
}

const results = (all: readonly Way[]): unknown[] => all.map(({ result }) => result)

/** The only way of a call. */
function one(all: readonly Way[]): Way {
  expect(all).toHaveLength(1)
  return all[0]!
}

const request = (
  type: LockRequest['type'],
  start = 0,
  length = 0,
  whence: LockRequest['whence'] = 'SEEK_SET',
): LockRequest => ({
  type,
  whence,
  start,
  length,
})

const lock = (kernel: Kernel, tid: number, fd: number, cmd: string, what: LockRequest): Way[] =>
  ways(kernel, tid, `fcntl(${cmd})`, { fd, cmd, lock: what })

const flock = (kernel: Kernel, tid: number, fd: number, ...words: string[]): Way[] =>
  ways(kernel, tid, 'flock', { fd, operation: flagSet(...words) })

const close = (kernel: Kernel, tid: number, fd: number): Kernel => one(ways(kernel, tid, 'close', { fd })).kernel

/** Let a thread die, and be reaped or not. */
function die(kernel: Kernel, tid: number): Kernel {
  const copy = kernel.fork()
  copy.fn.groupExit(copy, copy.threads.at(tid).pid, 0)
  for (;;) {
    const { moves, answered } = movesOf(copy, tid)
    const move = moves.find((candidate) => candidate.move !== 'effect')
    if (move === undefined) return copy
    copy.ledger.step++
    makeMove(copy, move, answered)
  }
}

const spans = (kernel: Kernel, file: number) =>
  kernel.inodes.at(file).recordLocks.map(({ type, start, end }) => `${type === 'F_RDLCK' ? 'r' : 'w'}${start}-${end}`)

const HANDLER: SignalAction = { handler: 'handler', mask: NO_SIGNALS, flags: flagSet<ActionFlag>() }
const RD = 'F_RDLCK'
const WR = 'F_WRLCK'
const UN = 'F_UNLCK'

describe('a record lock', () => {
  test('conflicts with what others hold, unless both are read locks', () => {
    const { kernel, open } = world()
    const [fd, other] = [open(FIRST), open(3)]
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(RD, 0, 5))).kernel
    expect(results(lock(held, 3, other, 'F_SETLK', request(RD, 0, 5)))).toEqual([0])
    expect(results(lock(held, 3, other, 'F_SETLK', request(WR, 4, 1)))).toEqual(['EAGAIN'])
    expect(results(lock(held, 3, other, 'F_SETLK', request(WR, 5, 1)))).toEqual([0])
  })

  test('is split by a change in its middle, and merged with what it touches', () => {
    const { kernel, file, open } = world()
    const fd = open(FIRST)
    const whole = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    const split = one(lock(whole, FIRST, fd, 'F_SETLK', request(UN, 10, 5))).kernel
    expect(spans(split, file)).toEqual(['w0-9', 'w15-Infinity'])
    const mixed = one(lock(split, FIRST, fd, 'F_SETLK', request(RD, 8, 7))).kernel
    expect(spans(mixed, file)).toEqual(['w0-7', 'r8-14', 'w15-Infinity'])
    const merged = one(lock(mixed, FIRST, fd, 'F_SETLK', request(WR, 8, 7))).kernel
    expect(spans(merged, file)).toEqual(['w0-Infinity'])
  })

  test('goes when any descriptor of its file is closed, even one that is read-only, but not an O_PATH one', () => {
    const { kernel, file, open } = world()
    const fd = open(FIRST)
    const reader = open(FIRST, 'O_RDONLY')
    const path = open(FIRST, 'O_PATH')
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    expect(spans(close(held, FIRST, path), file)).toEqual(['w0-Infinity'])
    expect(spans(close(held, FIRST, reader), file)).toEqual([])
  })

  test('is not inherited by a forked child, whose death leaves it alone', () => {
    const { kernel, file, open } = world()
    const fd = open(FIRST)
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    held.fn.copyProcess(held, FIRST, FORK, SIGCHLD, 5)
    expect(results(lock(held, 5, fd, 'F_SETLK', request(RD)))).toEqual(['EAGAIN'])
    expect(spans(die(held, 5), file)).toEqual(['w0-Infinity'])
    expect(spans(die(held, FIRST), file)).toEqual([])
  })

  test('outlives the process that asked for it while another shares its descriptor table', () => {
    const { kernel, file, open } = world()
    const fd = open(FIRST)
    const other = open(3)
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    held.fn.copyProcess(held, FIRST, new Set(['CLONE_FILES'] as const), SIGCHLD, 5)
    const orphaned = die(held, FIRST)
    expect(spans(orphaned, file)).toEqual(['w0-Infinity'])
    const shown = lock(orphaned, 3, other, 'F_GETLK', request(WR))
    expect(shown.map(({ out }) => (out as { lock: { pid: number } }).lock.pid)).toEqual([FIRST])
    expect(spans(die(orphaned, 5), file)).toEqual([])
  })

  test('to read needs a description open for reading, to write one open for writing', () => {
    const { kernel, open } = world()
    const [reader, writer, path] = [open(FIRST, 'O_RDONLY'), open(FIRST, 'O_WRONLY'), open(FIRST, 'O_PATH')]
    const result = (fd: number, type: LockRequest['type']) => results(lock(kernel, FIRST, fd, 'F_SETLK', request(type)))
    expect([result(reader, RD), result(reader, WR), result(reader, UN)]).toEqual([[0], ['EBADF'], [0]])
    expect([result(writer, RD), result(writer, WR), result(writer, UN)]).toEqual([['EBADF'], [0], [0]])
    expect([result(path, RD), result(path, UN), result(99, RD)]).toEqual([['EBADF'], ['EBADF'], ['EBADF']])
  })

  test('counts from the offset or the end as they are when it is asked for', () => {
    const { kernel, file, open } = world()
    const fd = open(FIRST)
    kernel.descriptions.edit(descriptionOf(kernel.fn.slotOf(kernel, kernel.threads.at(FIRST), fd))).offset = 3
    const result = (what: LockRequest) => {
      const way = one(lock(kernel, FIRST, fd, 'F_SETLK', what))
      return way.result === 0 ? spans(way.kernel, file)[0] : way.result
    }
    expect(result(request(WR, 1, 2, 'SEEK_CUR'))).toBe('w4-5')
    expect(result(request(WR, -3, 2, 'SEEK_END'))).toBe('w7-8')
    expect(result(request(WR, 5, -5))).toBe('w0-4')
    expect(result(request(WR, 5, -6))).toBe('EINVAL')
    expect(result(request(WR, -1, 1))).toBe('EINVAL')
    expect(result(request(WR, 2 ** 63, 2))).toBe('EOVERFLOW')
    expect(result(request(WR, 2 ** 63, 0, 'SEEK_CUR'))).toBe('EOVERFLOW')
  })

  test('a failed upgrade keeps what was held', () => {
    const { kernel, file, open } = world()
    const [fd, other] = [open(FIRST), open(3)]
    const first = one(lock(kernel, FIRST, fd, 'F_SETLK', request(RD))).kernel
    const both = one(lock(first, 3, other, 'F_SETLK', request(RD))).kernel
    const refused = one(lock(both, 3, other, 'F_SETLK', request(WR)))
    expect(refused.result).toBe('EAGAIN')
    expect(spans(refused.kernel, file)).toEqual(['r0-Infinity', 'r0-Infinity'])
  })
})

describe('F_GETLK', () => {
  test('reports any one of the locks in the way, or F_UNLCK and the range as it was asked', () => {
    const { kernel, open } = world()
    const [fd, b, c] = [open(FIRST), open(3), open(4)]
    const one_ = one(lock(kernel, 3, b, 'F_SETLK', request(RD, 0, 2))).kernel
    const two = one(lock(one_, 4, c, 'F_SETLK', request(RD, 1))).kernel
    expect(lock(two, FIRST, fd, 'F_GETLK', request(WR)).map(({ out }) => out)).toEqual([
      { lock: { type: RD, whence: 'SEEK_SET', start: 0, length: 2, pid: 3 } },
      { lock: { type: RD, whence: 'SEEK_SET', start: 1, length: 0, pid: 4 } },
    ])
    expect(lock(two, FIRST, fd, 'F_GETLK', request(RD, -2, 1, 'SEEK_END')).map(({ out }) => out)).toEqual([
      { lock: { type: UN, whence: 'SEEK_END', start: -2, length: 1 } },
    ])
    expect(results(lock(two, FIRST, fd, 'F_GETLK', request(UN)))).toEqual(['EINVAL'])
  })

  test('never reports locks of the caller', () => {
    const { kernel, open } = world()
    const fd = open(FIRST)
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    expect(one(lock(held, FIRST, fd, 'F_GETLK', request(WR))).out).toMatchObject({ lock: { type: UN } })
  })
})

describe('F_SETLKW', () => {
  test('sleeps until the holder dies, and any waiter or newcomer may be next', () => {
    const { kernel, file, open } = world()
    const [fd, b, c] = [open(FIRST), open(3), open(4)]
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    const waiting = one(lock(held, 3, b, 'F_SETLKW', request(WR)))
    expect(waiting.result).toBe('sleeps')
    const free = die(waiting.kernel, FIRST)
    expect(free.inodes.at(file).lockWaiters).toEqual([])
    const newcomer = one(lock(free, 4, c, 'F_SETLK', request(WR)))
    expect(newcomer.result).toBe(0)
    expect(results(goOn(newcomer.kernel, 3))).toEqual(['sleeps'])
    expect(results(goOn(free, 3))).toEqual([0])
  })

  test('a waiter that is killed leaves nothing behind', () => {
    const { kernel, file, open } = world()
    const [fd, b] = [open(FIRST), open(3)]
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    const waiting = one(lock(held, 3, b, 'F_SETLKW', request(WR))).kernel
    const dead = die(waiting, 3)
    expect(dead.inodes.at(file).lockWaiters).toEqual([])
    expect(dead.inodes.at(file).users).toBe(1)
  })

  test('is interrupted by a handler, and its request vanishes', () => {
    const { kernel, file, open } = world()
    const [fd, b] = [open(FIRST), open(3)]
    kernel.processes.edit(3).actions = Object.assign([], { [SIGUSR1]: HANDLER })
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    const { kernel: waiting } = one(lock(held, 3, b, 'F_SETLKW', request(WR)))
    waiting.fn.sendToProcess(waiting, 3, { signal: SIGUSR1, code: 'SI_USER', pid: FIRST })
    const { moves, answered } = movesOf(waiting, 3)
    expect(moves.map(({ move }) => move)).toEqual(['interrupt'])
    makeMove(waiting, moves[0]!, answered)
    expect(waiting.threads.at(3)).toMatchObject({ result: 'ERESTARTSYS', lockCall: null })
    expect(waiting.inodes.at(file).lockWaiters).toEqual([])
  })

  test('is EDEADLK for the request that would close a cycle of two owners', () => {
    const { kernel, open } = world()
    const [fd, b] = [open(FIRST), open(3)]
    const first = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR, 0, 1))).kernel
    const both = one(lock(first, 3, b, 'F_SETLK', request(WR, 1, 1))).kernel
    const waiting = one(lock(both, FIRST, fd, 'F_SETLKW', request(WR, 1, 1))).kernel
    expect(results(lock(waiting, 3, b, 'F_SETLKW', request(WR, 0, 1)))).toEqual(['EDEADLK'])
    expect(results(lock(waiting, 3, b, 'F_OFD_SETLKW', request(WR, 0, 1)))).toEqual(['sleeps'])
  })

  test.each([
    [12, 'EDEADLK'],
    [13, 'sleeps'],
  ])('sees a cycle of up to 12 owners, and none longer: %i', (owners, result) => {
    const { kernel, open } = world()
    let state = kernel
    const pids = Array.from({ length: owners }, (_, index) => 20 + index)
    const fds = pids.map((pid) => {
      addProcess(state, pid, 1)
      return open(pid)
    })
    for (const [index, pid] of pids.entries())
      state = one(lock(state, pid, fds[index]!, 'F_SETLK', request(WR, index, 1))).kernel
    for (const [index, pid] of pids.slice(0, -1).entries()) {
      state = one(lock(state, pid, fds[index]!, 'F_SETLKW', request(WR, index + 1, 1))).kernel
    }
    expect(results(lock(state, pids.at(-1)!, fds.at(-1)!, 'F_SETLKW', request(WR, 0, 1)))).toEqual([result])
  })

  test('may or may not see a cycle through one of several locks in its way', () => {
    const { kernel, open } = world()
    const [fd, b, c] = [open(FIRST), open(3), open(4)]
    const first = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR, 9, 1))).kernel
    const second = one(lock(first, 3, b, 'F_SETLK', request(RD, 0, 1))).kernel
    const third = one(lock(second, 4, c, 'F_SETLK', request(RD, 0, 1))).kernel
    const waiting = one(lock(third, 3, b, 'F_SETLKW', request(WR, 9, 1))).kernel
    expect(results(lock(waiting, FIRST, fd, 'F_SETLKW', request(WR, 0, 1))).sort()).toEqual(['EDEADLK', 'sleeps'])
  })

  test('gives its lock back, with EBADF, when another thread closed the descriptor during the wait', () => {
    const { kernel, file, open } = world()
    const [fd, b] = [open(FIRST), open(3)]
    kernel.fn.copyProcess(kernel, 3, new Set(['CLONE_FILES', 'CLONE_THREAD'] as const), 0, 5)
    const held = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR))).kernel
    const waiting = one(lock(held, 3, b, 'F_SETLKW', request(WR)))
    expect(waiting.result).toBe('sleeps')
    const closed = close(waiting.kernel, 5, b)
    expect(closed.inodes.at(file).users).toBe(2)
    const end = one(goOn(close(closed, FIRST, fd), 3))
    expect(end.result).toBe('EBADF')
    expect(spans(end.kernel, file)).toEqual([])
    expect(end.kernel.inodes.at(file).users).toBe(0)
  })

  test('is given back even if the thread that closed the descriptor is gone when the wait ends', () => {
    const step = (id: number, by: number, call: string, args: Record<string, unknown>) =>
      ({ id, by, call, args, choice: 0, pace: -1 }) // prettier-ignore
    const thread = flagSet('CLONE_VM', 'CLONE_FILES', 'CLONE_SIGHAND', 'CLONE_THREAD')
    const { results: seen, kernel } = run(linux, {
      steps: [
        step(1, 0, 'open', { pathname: 'f', flags: flagSet('O_RDWR', 'O_CREAT'), mode: 0o600 }),
        step(2, 0, 'fork', {}),
        step(3, 0, 'clone3', { flags: thread, exit_signal: 0, size: 88 }),
        step(4, 2, 'fcntl(F_SETLK)', { fd: { made: 1 }, cmd: 'F_SETLK', lock: request(WR) }),
        step(5, 3, 'fcntl(F_SETLKW)', { fd: { made: 1 }, cmd: 'F_SETLKW', lock: request(WR) }),
        step(6, 0, 'close', { fd: { made: 1 } }),
        step(7, 0, 'exit', { status: 0 }),
        step(8, 2, 'exit_group', { status: 0 }),
      ],
    })
    expect(seen[4]!.result).toBe('EBADF')
    expect(kernel.inodes.rows().flatMap(({ recordLocks }) => recordLocks)).toEqual([])
  })
})

describe('an OFD lock', () => {
  test('is shared by dup and fork, separate for two opens of one process', () => {
    const { kernel, open } = world()
    const [fd, again] = [open(FIRST), open(FIRST)]
    const held = one(lock(kernel, FIRST, fd, 'F_OFD_SETLK', request(WR))).kernel
    expect(results(lock(held, FIRST, again, 'F_OFD_SETLK', request(WR)))).toEqual(['EAGAIN'])
    held.fn.copyProcess(held, FIRST, FORK, SIGCHLD, 5)
    expect(results(lock(held, 5, fd, 'F_OFD_SETLK', request(RD)))).toEqual([0])
  })

  test('conflicts with a POSIX lock, even of the same descriptor, and shows pid -1', () => {
    const { kernel, open } = world()
    const fd = open(FIRST)
    const held = one(lock(kernel, FIRST, fd, 'F_OFD_SETLK', request(WR))).kernel
    expect(results(lock(held, FIRST, fd, 'F_SETLK', request(WR)))).toEqual(['EAGAIN'])
    expect(one(lock(held, FIRST, fd, 'F_GETLK', request(WR))).out).toMatchObject({ lock: { type: WR, pid: -1 } })
    expect(one(lock(held, FIRST, fd, 'F_OFD_GETLK', request(UN))).out).toMatchObject({ lock: { type: WR, pid: -1 } })
  })

  test('stays while any holder of the description lives, and goes with the last', () => {
    const { kernel, file, open } = world()
    const [fd, again] = [open(FIRST), open(FIRST)]
    const held = one(lock(kernel, FIRST, fd, 'F_OFD_SETLK', request(WR))).kernel
    held.fn.copyProcess(held, FIRST, FORK, SIGCHLD, 5)
    const still = die(close(held, FIRST, again), FIRST)
    expect(spans(still, file)).toEqual(['w0-Infinity'])
    expect(spans(close(still, 5, fd), file)).toEqual([])
  })

  test('a POSIX request is refused when it closes a cycle through a waiter for an OFD lock', () => {
    const { kernel, open } = world()
    const [fd, b] = [open(FIRST), open(3)]
    const first = one(lock(kernel, FIRST, fd, 'F_SETLK', request(WR, 0, 1))).kernel
    const both = one(lock(first, 3, b, 'F_OFD_SETLK', request(WR, 1, 1))).kernel
    const waiting = one(lock(both, 3, b, 'F_OFD_SETLKW', request(WR, 0, 1))).kernel
    expect(results(lock(waiting, FIRST, fd, 'F_SETLKW', request(WR, 1, 1)))).toEqual(['EDEADLK'])
  })
})

describe('flock', () => {
  test('belongs to the open file description, which conflicts with any other, also of the same process', () => {
    const { kernel, open } = world()
    const [fd, again] = [open(FIRST, 'O_RDONLY'), open(FIRST)]
    const held = one(flock(kernel, FIRST, fd, 'LOCK_EX')).kernel
    expect(results(flock(held, FIRST, again, 'LOCK_SH', 'LOCK_NB'))).toEqual(['EAGAIN'])
    expect(results(flock(held, FIRST, again, 'LOCK_SH'))).toEqual(['sleeps'])
    expect(results(lock(held, FIRST, again, 'F_SETLK', request(WR)))).toEqual([0])
  })

  test('takes exactly one operation, and a file that is open', () => {
    const { kernel, open } = world()
    const [fd, path] = [open(FIRST), open(FIRST, 'O_PATH')]
    expect(results(flock(kernel, FIRST, fd, 'LOCK_SH', 'LOCK_EX'))).toEqual(['EINVAL'])
    expect(results(flock(kernel, FIRST, 99, 'LOCK_NB'))).toEqual(['EINVAL'])
    expect(results(flock(kernel, FIRST, 99, 'LOCK_SH'))).toEqual(['EBADF'])
    expect(results(flock(kernel, FIRST, path, 'LOCK_SH'))).toEqual(['EBADF'])
    expect(results(flock(kernel, FIRST, fd, 'LOCK_UN'))).toEqual([0])
    expect(results(flock(kernel, FIRST, 99, 'LOCK_MAND', 'LOCK_READ'))).toEqual([0])
  })

  test('a change of type that fails has lost the old lock', () => {
    const { kernel, file, open } = world()
    const [fd, b] = [open(FIRST), open(3)]
    const first = one(flock(kernel, FIRST, fd, 'LOCK_SH')).kernel
    const both = one(flock(first, 3, b, 'LOCK_SH')).kernel
    const refused = one(flock(both, 3, b, 'LOCK_EX', 'LOCK_NB'))
    expect(refused.result).toBe('EAGAIN')
    expect(refused.kernel.inodes.at(file).flocks).toHaveLength(1)
  })

  test('two holders that both upgrade do not deadlock', () => {
    const { kernel, open } = world()
    const [fd, b] = [open(FIRST), open(3)]
    const first = one(flock(kernel, FIRST, fd, 'LOCK_SH')).kernel
    const both = one(flock(first, 3, b, 'LOCK_SH')).kernel
    const waiting = one(flock(both, 3, b, 'LOCK_EX'))
    expect(waiting.result).toBe('sleeps')
    const upgraded = one(flock(waiting.kernel, FIRST, fd, 'LOCK_EX'))
    expect(upgraded.result).toBe(0)
    expect(results(goOn(close(upgraded.kernel, FIRST, fd), 3))).toEqual([0])
  })

  test('a change of type that conflicts with nobody lets no waiter in between', () => {
    const { kernel, open } = world()
    const [fd, b] = [open(FIRST), open(3)]
    const held = one(flock(kernel, FIRST, fd, 'LOCK_SH')).kernel
    const { kernel: waiting } = one(flock(held, 3, b, 'LOCK_EX'))
    const changed = one(flock(waiting, FIRST, fd, 'LOCK_EX', 'LOCK_NB'))
    expect(changed.result).toBe(0)
    expect(results(goOn(changed.kernel, 3))).toEqual(['sleeps'])
  })

  test('outlives the process that took it while a child holds the description', () => {
    const { kernel, file, open } = world()
    const fd = open(FIRST)
    const held = one(flock(kernel, FIRST, fd, 'LOCK_EX')).kernel
    held.fn.copyProcess(held, FIRST, FORK, SIGCHLD, 5)
    const left = die(held, FIRST)
    expect(left.inodes.at(file).flocks).toHaveLength(1)
    expect(one(flock(left, 5, fd, 'LOCK_UN')).kernel.inodes.at(file).flocks).toEqual([])
    expect(die(left, 5).inodes.at(file).flocks).toEqual([])
  })
})
