import type { Call, Syscall } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import { describeCall } from './describe.ts'
import { isMaker } from './given.ts'
import type { Ground } from './ground.ts'

const NUMBERS = { rule: 'model/functions/fork.ts', source: 'fork(2), pid_namespaces(7); kernel/pid.c alloc_pid()' }
const DEAD = { rule: 'model/moves.ts mayCall()', source: '_exit(2); kernel/exit.c do_exit()' }

/**
 * A call is made by a thread that is dead, while none is being made that could bear its number. True when that was found,
 * and the call is to be passed over.
 */
export function isOfTheDead(ground: Ground, tid: number, interval: CallInterval): boolean {
  const { evidence } = ground
  const died = evidence.diedOn(tid)
  if (died === undefined || !evidence.isComplete || ground.hasStrangers || ground.lost.size > 0) return false
  if (ground.open.some(({ call }) => isMaker(call.syscall))) return false
  ground.lost.add(tid)
  ground.report(interval.enterLine, tid, describeCall(interval), 'nothing: it is dead', died, DEAD)
  return true
}

/**
 * A thread makes a call before the one is entered that makes it, while none is being made that could bear its number. True
 * when that was found, and the call is to be passed over.
 */
export function isUnmade(ground: Ground, tid: number, interval: CallInterval): boolean {
  const { evidence, naming, follower } = ground
  if (follower.states.some(({ threads }) => threads.has(tid))) return false
  if (
    ground.newcomer !== tid ||
    !ground.atFirst.showsEntries ||
    !evidence.isComplete ||
    ground.hasStrangers ||
    ground.lost.size > 0
  )
    return false
  if (naming.isExpecting || ground.open.some(({ call }) => isMaker(call.syscall))) return false
  if (!ground.isMadeLater(interval.pid)) return false
  ground.lost.add(tid)
  const rule = { rule: 'model/functions/fork.ts', source: 'fork(2); kernel/fork.c kernel_clone()' }
  ground.violate(interval.enterLine, tid, describeCall(interval), ['nothing: no call has made it'], [], rule)
  return true
}

/** A thread that is dead dies, while none is being made that could bear its number. True when that was found. */
export function diesAgain(ground: Ground, tid: number, { line }: { readonly line: number }, seen: string): boolean {
  const { evidence } = ground
  const died = evidence.diedOn(tid)
  if (died === undefined || !evidence.isComplete || ground.hasStrangers || ground.lost.size > 0) return false
  if (ground.open.some(({ call }) => isMaker(call.syscall))) return false
  ground.report(line, tid, seen, 'nothing: it is dead', died, DEAD)
  return true
}

/** What a call has made bears the number of its maker, which cannot be. */
export function isOwnNumber({ evidence }: Ground, syscall: Syscall, { pid, result }: CallInterval): boolean {
  return isMaker(syscall) && result?.kind === 'value' && result.value === pid && evidence.isComplete
}

/**
 * A call has made a process with the number of another, which lives, or has not been waited for. True when that was found:
 * of two that live, the older one keeps the number.
 */
export function isOfAnother(ground: Ground, tid: number, { syscall, given }: Call, interval: CallInterval): boolean {
  const { evidence, follower, families, naming } = ground
  const { result, enterLine, leaveLine } = interval
  if (!isMaker(syscall) || given === undefined || result?.kind !== 'value' || result.value <= 0) return false
  const bearer = evidence.bearerOf(result.value, given)
  if (bearer === undefined || !evidence.isComplete || ground.hasStrangers) return false
  const isThere = follower.states.every((kernel) => {
    const thread = kernel.threads.get(bearer.tid)
    // Who dies bears the number until its end is shown, and after that until it is waited for.
    if (thread === undefined || bearer.diedOn === undefined) return thread !== undefined
    const process = kernel.processOf(thread)
    const parent = kernel.threads.get(process.parent)?.pid
    return (
      process.pid === bearer.tid &&
      process.state === 'zombie' &&
      parent !== undefined &&
      !families.isCareless(parent) &&
      !families.mayIgnoreDeaths(parent)
    )
  })
  if (!isThere) return false
  const what = bearer.diedOn === undefined ? 'lives' : 'has not been waited for'
  const allowed = `${syscall.name} = a number that is free: ${ground.who(bearer.tid)} ${what}`
  if (bearer.diedOn === undefined) naming.giveBack(result.value, bearer.tid, given)
  ground.report(leaveLine ?? enterLine, tid, describeCall(interval), allowed, bearer.diedOn, NUMBERS)
  return true
}
