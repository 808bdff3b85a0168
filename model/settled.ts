import type { MoveKind } from './event.ts'
import { INIT, isParked } from './functions/signals.ts'
import type { Kernel } from './kernel.ts'
import { fallAsleep, mayReturn, movesOf, takesTime } from './moves.ts'
import { isBlocked, isUndecided, type Answer } from './syscall.ts'
import { hasSignal } from './state/signal-set.ts'
import type { Siginfo } from './state/signals.ts'
import type { Thread } from './state/threads.ts'

/** How a thread stands when nothing moves: in user mode, asleep in a call, stopped, or dead and not yet gone. */
export type Standing = 'user' | 'call' | 'stopped' | 'zombie'

export function standingOf(kernel: Kernel, thread: Readonly<Thread>): Standing {
  if (thread.state === 'dead') return 'zombie'
  if (isParked(kernel, thread)) return 'stopped'
  return thread.state === 'running' ? 'user' : 'call'
}

/**
 * Signals of the process may wait for a thread that sleeps in vfork, which they do not wake: it was chosen to take them.
 * Source: kernel/signal.c complete_signal(), wants_signal().
 */
function mayLeaveSignals(kernel: Kernel, thread: Readonly<Thread>): boolean {
  const { pending, threads } = kernel.processOf(thread)
  const takes = (by: Readonly<Thread>) => (info: Siginfo) => !hasSignal(by.blocked, info.signal)
  if (thread.pending.some(takes(thread))) return false
  const chosen = threads.map((tid) => kernel.threads.at(tid)).filter(({ vforkChild }) => vforkChild !== 0)
  return pending.filter(takes(thread)).every((info) => chosen.some((other) => takes(other)(info)))
}

/**
 * Children of a group for which a process waits may leave that group: it is not woken, and so does not learn that there
 * are none. Source: kernel/exit.c do_wait(), kernel/sys.c setpgid().
 */
function maySleepOn({ call, slept }: Readonly<Thread>, answered: Answer | null): boolean {
  if (!slept || answered === null || isBlocked(answered) || isUndecided(answered)) return false
  return /^wait(4|id)$/.test(call!.syscall.name) && answered.every(({ result }) => result === 'ECHILD')
}

const TAKES_SIGNAL: ReadonlySet<MoveKind> = new Set<MoveKind>(['deliver', 'interrupt'])

/** It was woken for a signal, which may be gone. */
const isWoken = ({ wokenInVain }: Readonly<Thread>, move: MoveKind): boolean => move === 'interrupt' && wokenInVain

/** Nobody can do anything more, save that time may pass: calls sleep, handlers have returned, init has reaped. */
export function isSettled(kernel: Kernel): boolean {
  return kernel.threads.rows().every((thread) => {
    if (thread.state === 'dead' || (thread.state === 'running' && isParked(kernel, thread))) return true
    if (mayReturn(thread)) return false
    if (thread.state === 'running' && (thread.frames.length > 0 || thread.restart !== null)) return false
    const { moves, answered } = movesOf(kernel, thread.tid)
    return moves.every(
      ({ move }) =>
        takesTime(move) ||
        (TAKES_SIGNAL.has(move) && mayLeaveSignals(kernel, thread) && !isWoken(thread, move)) ||
        (move === 'succumb' && thread.vforkChild !== 0) ||
        (move === 'effect' && maySleepOn(thread, answered)),
    )
  })
}

/** The kernel, when all has settled and every thread but init stands as seen; those in calls are known to sleep. */
export function settledAs(kernel: Kernel, standings: ReadonlyMap<number, Standing>): Kernel[] {
  const threads = kernel.threads.rows().filter(({ tid }) => tid !== INIT)
  if (threads.length !== standings.size) return []
  if (!threads.every((thread) => standings.get(thread.tid) === standingOf(kernel, thread))) return []
  if (!isSettled(kernel)) return []
  const awake = threads.filter(({ state, slept, vforkChild }) => !slept && (state === 'in-call' || vforkChild !== 0))
  const looking = threads.filter(({ state, wokenInVain }) => wokenInVain && state === 'running')
  if (awake.length === 0 && looking.length === 0) return [kernel]
  const settled = kernel.fork()
  for (const { tid } of awake) fallAsleep(settled, tid)
  for (const { tid } of looking) settled.threads.edit(tid).wokenInVain = false
  return [settled]
}
