import type { Kernel } from '../kernel.ts'
import { isRealTime } from '../signals.ts'
import { DEFAULT_LIMITS } from '../state/processes.ts'
import type { Siginfo, SignalCode } from '../state/signals.ts'
import type { Answer, Outcome } from '../syscall.ts'

/** Whether there is room to queue one more signal. `open`: signals of the same user that are queued elsewhere count too. */
export type RoomForSignal = 'sure' | 'open' | 'none'

/** Standard signals with these codes are held to the limit; with the others, all of the kernel's and kill's, they are not. */
const HELD_TO_THE_LIMIT: ReadonlySet<SignalCode> = new Set<SignalCode>(['SI_TKILL', 'SI_QUEUE', 'SI_TIMER'])

/**
 * Whether the signal finds room among those that RLIMIT_SIGPENDING of its receiver lets its user have queued.
 * Source: getrlimit(2); kernel/signal.c __send_signal_locked(), sig_get_ucounts().
 */
export function roomForSignal(kernel: Kernel, pid: number, tid: number, { signal, code }: Siginfo): RoomForSignal {
  const process = kernel.processes.at(pid)
  const limit = process.limits.SIGPENDING
  if (limit >= DEFAULT_LIMITS.SIGPENDING) return 'sure'
  if (!isRealTime(signal) && !HELD_TO_THE_LIMIT.has(code)) return 'sure'
  const isQueued =
    (process.state === 'running' || process.state === 'stopped') &&
    !kernel.fn.isIgnored(kernel, process, kernel.threads.at(tid).blocked, signal)
  if (!isQueued) return 'sure'
  if (limit === 0) return 'none'
  // Who has changed its ids may have left signals on the account of another user.
  return process.privileged === true && countOfRoot(kernel) >= limit ? 'none' : 'open'
}

/** Signals that are surely queued for processes of root's. */
function countOfRoot(kernel: Kernel): number {
  const counted = ({ optional, lost }: Siginfo) => optional !== true && lost !== true
  let sum = 0
  kernel.processes.forEach(({ privileged, pending, threads }) => {
    if (privileged !== true) return
    sum += pending.filter(counted).length
    for (const tid of threads) sum += kernel.threads.at(tid).pending.filter(counted).length
  })
  return sum
}

/** A signal without a place in the queue: it is pending, and nobody knows any more whose it was. */
export const lostSiginfo = ({ signal }: Siginfo): Siginfo => ({ signal, code: 'SI_USER', pid: 0, lost: true })

/**
 * What a call that sends one signal answers. Without room, a real-time signal of sigqueue's or tgkill's is refused, and
 * any other loses its siginfo. `send` sends it as it is given. Errors: EAGAIN.
 * Source: sigqueue(3), tgkill(2); kernel/signal.c __send_signal_locked().
 */
export function sendSignal(
  kernel: Kernel,
  pid: number,
  tid: number,
  info: Siginfo,
  send: (kernel: Kernel, info: Siginfo) => void,
): Answer {
  const whole: Outcome = { result: 0, effect: (k) => send(k, info) }
  const room = kernel.fn.roomForSignal(kernel, pid, tid, info)
  if (room === 'sure') return [whole]
  const isRefused = isRealTime(info.signal) && info.code !== 'SI_USER'
  const short: Outcome = isRefused
    ? { result: 'EAGAIN' }
    : { result: 0, effect: (k) => send(k, k.fn.lostSiginfo(info)) }
  return room === 'none' ? [short] : [whole, short]
}

/**
 * A set of pending signals with one more. One that lost its siginfo is just a member of the set, so another instance
 * takes its place. Source: kernel/signal.c __send_signal_locked(), collect_signal().
 */
export function withPending(pending: readonly Siginfo[], info: Siginfo): readonly Siginfo[] {
  if (info.lost !== true)
    return [...pending.filter(({ signal, lost }) => lost !== true || signal !== info.signal), info]
  return pending.some(({ signal }) => signal === info.signal) ? pending : [...pending, info]
}
