import { expect, it } from 'vitest'
import { attempt, type Goal } from './goals.ts'
import { mayCall } from './moves.ts'
import { NameBook } from './notation/names.ts'
import { printOut } from './notation/values.ts'
import { flagSet } from './params.ts'
import { SIGNALS, SIGRTMIN } from './signals.ts'
import { ALL_SIGNALS } from './state/signal-set.ts'
import { Play } from './testing/play.ts'

const set = (k: Play, pid: number, soft: number, hard = soft, target = 0) =>
  k.step(pid, 'prlimit64', { pid: target, resource: 'RLIMIT_NOFILE', newLimit: { soft, hard } })

it('a new descriptor must lie below RLIMIT_NOFILE, and lowering it closes nothing', () => {
  const k = new Play()
  const p0 = Play.first
  const queue = () => k.call(p0, 'mq_open', { name: '/q', oflag: new Set(['O_CREAT']), mode: 0o600, attr: null })
  expect([queue(), queue()]).toEqual([0, 1])
  set(k, p0, 1)
  expect(queue()).toBe('EMFILE')
  expect(k.call(p0, 'close', { fd: 0 })).toBe(0)
  expect([queue(), queue()]).toEqual([0, 'EMFILE'])
})

it('a soft limit above the hard one is refused, after a missing process and before a missing resource', () => {
  const k = new Play()
  expect(set(k, Play.first, 2, 1).result).toBe('EINVAL')
  expect(set(k, Play.first, 2, 1, 99).result).toBe('ESRCH')
  expect(k.call(Play.first, 'setrlimit', { resource: 'RLIMIT_NOFILE', limit: null })).toBe('EFAULT')
})

it('limits are inherited by fork, kept by execve, and each process has its own', () => {
  const k = new Play()
  const p0 = Play.first
  set(k, p0, 7)
  const child = k.fork(p0)
  k.call(child, 'execve', { filename: '/bin/true' })
  set(k, p0, 9)
  const limitOf = (pid: number) => k.step(pid, 'getrlimit', { resource: 'RLIMIT_NOFILE' }).out
  expect([limitOf(p0), limitOf(child)]).toEqual([{ limit: { rlim_cur: 9 } }, { limit: { rlim_cur: 7 } }])
})

it('a limit is written as far as it is known', () => {
  const shown = (limits: object) => printOut('limit', limits, new NameBook())
  expect(shown({ rlim_cur: 5 })).toBe('{rlim_cur=5}')
  expect(shown({ rlim_cur: 0, rlim_max: Infinity })).toBe('{rlim_cur=0, rlim_max=RLIM64_INFINITY}')
})

it('the limits of a zombie can be asked for and set', () => {
  const k = new Play()
  const child = k.fork(Play.first)
  k.exit(child)
  expect(set(k, Play.first, 5, 5, child).result).toBe(0)
  expect(set(k, Play.first, 6, 6, child).out).toEqual({ oldLimit: { rlim_cur: 5 } })
})

/** A child that blocks all signals, and may have so many queued. */
function childWithRoomFor(k: Play, signals: number): number {
  const child = k.fork(Play.first)
  k.call(child, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: ALL_SIGNALS, sigsetsize: 8 })
  const newLimit = { soft: signals, hard: signals }
  k.call(child, 'prlimit64', { pid: 0, resource: 'RLIMIT_SIGPENDING', newLimit })
  return child
}

const take = (k: Play, pid: number) =>
  k.step(pid, 'rt_sigtimedwait', { set: ALL_SIGNALS, timeout: 0, sigsetsize: 8 }).out?.info

it('without room in the queue sigqueue and tgkill of a real-time signal fail, and others lose their siginfo', () => {
  const k = new Play()
  const p0 = Play.first
  const tgid = childWithRoomFor(k, 0)
  expect(k.call(p0, 'rt_sigqueueinfo', { tgid, sig: SIGRTMIN, info: 1 })).toBe('EAGAIN')
  expect(k.call(p0, 'rt_tgsigqueueinfo', { tgid, tid: tgid, sig: SIGRTMIN, info: 1 })).toBe('EAGAIN')
  expect(k.call(p0, 'tgkill', { tgid, tid: tgid, sig: SIGRTMIN })).toBe('EAGAIN')
  expect(k.call(p0, 'tkill', { tid: tgid, sig: SIGRTMIN })).toBe('EAGAIN')
  expect(k.call(p0, 'tgkill', { tgid, tid: tgid, sig: SIGNALS.SIGUSR1 })).toBe(0)
  expect(take(k, tgid)).toMatchObject({ signal: SIGNALS.SIGUSR1, code: 'SI_USER', pid: 0 })
  expect([1, 2].map(() => k.call(p0, 'kill', { pid: tgid, sig: SIGRTMIN }))).toEqual([0, 0])
  expect(take(k, tgid)).toMatchObject({ signal: SIGRTMIN, code: 'SI_USER', pid: 0 })
  expect(take(k, tgid)).toBeUndefined()
})

it('a real-time exit signal that others of the user may have left no room for kills, or does not', () => {
  const k = new Play()
  const p0 = Play.first
  k.call(p0, 'prlimit64', { pid: 0, resource: 'RLIMIT_SIGPENDING', newLimit: { soft: 3, hard: 3 } })
  const child = k.call(p0, 'clone3', { flags: flagSet(), exit_signal: SIGRTMIN, size: 88 }) as number
  k.kernel.fn.groupExit(k.kernel, child, 0)
  const dies: Goal = { kind: 'dead', tid: child, matches: () => true }
  const after = attempt(k.kernel, dies)
  const taken: Goal = { kind: 'signal', tid: p0, matches: ({ signal }) => signal === SIGRTMIN }
  expect(after.flatMap((kernel) => attempt(kernel, taken))).not.toEqual([])
  expect(after.every((kernel) => mayCall(kernel, kernel.threads.at(p0)))).toBe(true)
})

it('nobody has room for a signal under a limit of 0, whoever the user is', () => {
  const k = new Play()
  const tgid = childWithRoomFor(k, 0)
  expect(k.call(tgid, 'setuid', { id: 1000 })).toBe(0)
  const toSelf = { tgid, sig: SIGRTMIN, info: 1 }
  expect([0, 1].map((choice) => k.step(tgid, 'rt_sigqueueinfo', toSelf, choice).result)).toEqual(['EAGAIN', 'EAGAIN'])
})

it('the signals of kill(2) that are not real-time, and those of the kernel, are queued beyond the limit', () => {
  const k = new Play()
  const child = childWithRoomFor(k, 0)
  expect(k.call(Play.first, 'kill', { pid: child, sig: SIGNALS.SIGUSR1 })).toBe(0)
  expect(take(k, child)).toMatchObject({ signal: SIGNALS.SIGUSR1, code: 'SI_USER', pid: Play.first })
  k.exit(k.fork(child))
  expect(take(k, child)).toMatchObject({ signal: SIGNALS.SIGCHLD, code: 'CLD_EXITED' })
})

it('signals queued for others of the same user count, so below the limit a signal may be queued or not', () => {
  const k = new Play()
  const p0 = Play.first
  const tgid = childWithRoomFor(k, 1)
  const sigqueue = (choice: number) => k.step(p0, 'rt_sigqueueinfo', { tgid, sig: SIGRTMIN, info: 1 }, choice).result
  expect([sigqueue(1), sigqueue(0), sigqueue(0)]).toEqual(['EAGAIN', 0, 'EAGAIN'])
})
