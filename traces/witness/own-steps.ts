import type { WitnessEvent } from './event.ts'
import type { Step } from './step.ts'

/** A step of one thread that the capture shows and the witness does not, or the other way round. */
export interface Mismatch {
  /** The line of the capture: that of the step, or of the one before which the event stands. */
  readonly line: number
  readonly step: Step | undefined
  readonly event: WitnessEvent | undefined
}

/** Steps of one thread with the events that are theirs. */
export interface OwnSteps {
  readonly pairs: readonly { readonly step: Step; readonly event: WitnessEvent }[]
  readonly mismatch: Mismatch | undefined
}

const SIGKILL = 9
/** Signals that the kernel sends in the name of the thread that it finds: to a writer without readers, over a limit, to a session. */
const BY_KERNEL: ReadonlySet<number> = new Set([1, 13, 18, 24, 25])
/** si_code of what a process sends by itself. Source: include/uapi/asm-generic/siginfo.h. */
const SENT: ReadonlySet<number> = new Set([0, -1, -6])

/**
 * Pair what one thread did, by its lines, with what the witness saw it do, both in the thread's own order, which neither
 * strace nor the kernel can change. `isEnded`: the last line is the thread's end; else events may go on after it.
 */
export function pairOwnSteps(steps: readonly Step[], events: readonly WitnessEvent[], isEnded: boolean): OwnSteps {
  const pairs: { step: Step; event: WitnessEvent }[] = []
  let next = 0
  let isDead = false
  let spare: ((step: Step) => boolean) | undefined
  const skipTo = (step: Step | undefined) => {
    while (next < events.length && step?.agrees(events[next]!) !== true && standsAlone(events[next]!, isDead)) next++
  }
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]!
    skipTo(step)
    if (step.death !== undefined) {
      if (isDeathBySignal(events[next], step.death)) {
        next++
        skipTo(step)
      } else if (step.death.isTaken && !isDeathBySignal(pairs.at(-1)?.event, step.death)) {
        return { pairs, mismatch: { line: step.line, step: takingOf(step), event: undefined } }
      }
    }
    const event = events[next]
    if (event === undefined || !step.agrees(event)) {
      if (!step.must || spare?.(step) === true) continue
      return { pairs, mismatch: mismatchAt(steps, at, events, next, isDead) }
    }
    let last = event
    let count = 0
    for (; next < events.length; next++) {
      const more = events[next]!
      if (step.agrees(more) && (count === 0 || step.goesOn(last))) {
        pairs.push({ step, event: (last = more) })
        count++
      } else if (count === 0 || !step.goesOn(last) || !standsAlone(more, isDead)) break
    }
    spare = sparing(last, count)
    if (step.lastAgrees?.(last) === false) return { pairs, mismatch: { line: step.line, step, event: last } }
    // After its end there may be another thread of the same number.
    isDead = step.event === 'sched_process_exit'
  }
  skipTo(undefined)
  const extra = events[next]
  const mismatch =
    extra === undefined || !isEnded ? undefined : { line: steps.at(-1)?.line ?? 1, step: undefined, event: extra }
  return { pairs, mismatch }
}

/** Two calls in a row that signal the same group: which of the signals are whose is not told. */
function sparing(last: WitnessEvent, count: number): (step: Step) => boolean {
  let left = count - 1
  return (step) => step.agrees(last) && step.goesOn(last) && left-- > 0
}

/**
 * Every thread that its process, or exec, ends takes SIGKILL, and one that the kernel ends for a fault that it may not
 * handle takes that signal; strace shows neither.
 */
const isDeathBySignal = (event: WitnessEvent | undefined, { by }: NonNullable<Step['death']>): boolean =>
  event?.name === 'signal_deliver' && (event.signal === SIGKILL || event.signal === by)

const takingOf = (step: Step): Step => ({ ...step, event: 'signal_deliver', source: 'kernel/signal.c get_signal()' })

/** Events of which the thread's own lines say nothing. */
function standsAlone(event: WitnessEvent, isDead: boolean): boolean {
  switch (event.name) {
    case 'sched_process_free':
    case 'posix_lock_inode':
    case 'locks_remove_posix':
      return true
    case 'flock_lock_inode':
      return event.atClose
    case 'signal_generate':
      return isDead || !SENT.has(event.code) || BY_KERNEL.has(event.signal)
    case 'sched_process_wait':
      // The init of a pid namespace reaps as it dies.
      return isDead
    default:
      return false
  }
}

function mismatchAt(
  steps: readonly Step[],
  at: number,
  events: readonly WitnessEvent[],
  next: number,
  isDead: boolean,
): Mismatch {
  const step = steps[at]!
  const event = events[next]
  if (event === undefined) return { line: step.line, step, event }
  const following = events.slice(next + 1).find((later) => !standsAlone(later, isDead))
  // One event too many.
  if (following !== undefined && step.agrees(following)) return { line: step.line, step: undefined, event }
  const after = steps.slice(at + 1).find(({ must }) => must)
  // One event is missing.
  if (after?.agrees(event) === true) return { line: step.line, step, event: undefined }
  return { line: step.line, step, event }
}
