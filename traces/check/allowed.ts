import type { Kernel } from '../../model/kernel.ts'
import { makeMove, movesOf, takeEffect, takesTime } from '../../model/moves.ts'
import { answer, isBlocked, isUndecided, type Call, type Outcome } from '../../model/syscall.ts'
import type { Naming } from '../strace/naming.ts'
import { describeOutcome } from './describe.ts'

/** Moves of others that are looked at, at the most. */
const MOST_MOVES = 1000
/** Steps of one call, at the most. */
const MOST_STEPS = 8

/**
 * What a thread's call may come to, in words: at once, and, where it would sleep, when all that is under way has happened
 * that needs no new call. Undefined: the rule does not say.
 */
export function allowedFor(kernel: Kernel, tid: number, call: Call, naming: Naming): readonly string[] | undefined {
  const now = textsOf(kernel, tid, call, naming)
  if (now === undefined || !now.includes(sleeping(call))) return now
  const later = textsOf(withoutDelay(kernel, tid), tid, call, naming)
  return [...new Set([...now, ...(later ?? [])])]
}

const sleeping = ({ syscall }: Call): string => `${syscall.name} sleeps on`

function textsOf(
  kernel: Kernel,
  tid: number,
  call: Call,
  naming: Naming,
  steps = MOST_STEPS,
): readonly string[] | undefined {
  const answered = answer(kernel, kernel.threads.at(tid), call)
  if (isUndecided(answered)) return undefined
  if (isBlocked(answered)) return [sleeping(call)]
  const texts = answered.flatMap((outcome) => {
    if (outcome.goesOn === undefined) return [describeOutcome(call.syscall, outcome, naming)]
    return (steps > 0 ? afterStep(kernel, tid, call, outcome, naming, steps - 1) : undefined) ?? [sleeping(call)]
  })
  return [...new Set(texts)]
}

/** What the call may come to after a step on the way. */
function afterStep(
  kernel: Kernel,
  tid: number,
  call: Call,
  outcome: Outcome,
  naming: Naming,
  steps: number,
): readonly string[] | undefined {
  if (kernel.threads.at(tid).state !== 'in-call') return undefined
  const copy = kernel.fork()
  copy.ledger.step++
  takeEffect(copy, tid, outcome)
  copy.ledger.touched.length = 0
  return textsOf(copy, tid, call, naming, steps)
}

/** The kernel after every move that the other threads can make by themselves. */
function withoutDelay(kernel: Kernel, tid: number): Kernel {
  const copy = kernel.fork()
  for (let moved = 0; moved < MOST_MOVES; moved++) {
    const next = copy.threads
      .ids()
      .filter((other) => other !== tid)
      .map((other) => movesOf(copy, other))
      .find(({ moves }) => moves.some(({ move }) => !takesTime(move)))
    if (next === undefined) break
    copy.ledger.step++
    makeMove(
      copy,
      next.moves.find(({ move }) => !takesTime(move))!,
      next.answered,
    )
    copy.ledger.touched.length = 0
  }
  return copy
}
