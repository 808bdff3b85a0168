import type { Goal } from '../../model/follow.ts'
import { mayCall } from '../../model/moves.ts'
import { defineSyscall, type Call } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import { forgetsAtOnce } from './forget-at-once.ts'
import { isMaker } from './given.ts'
import { isDueUnshown, isOfLost, mayGoOn } from './going-on.ts'
import type { Ground } from './ground.ts'
import { dropHeldSignals } from './held-signals.ts'
import { isUnmade } from './namesakes.ts'
import type { OpenCall } from './open-calls.ts'
import type { Promises } from './promises.ts'
import { goesOnBeforeAlarm } from './put-off-alarms.ts'
import { cannotCall } from './refused.ts'
import { continuesUnseen } from './signals-from-outside.ts'
import { movesBytes } from './unfollowed/bytes.ts'

/** Whichever call without effect on the model it is. */
const PASSING: Call = {
  syscall: defineSyscall({
    name: 'any call',
    params: {},
    source: 'signal(7); kernel/signal.c get_signal()',
    rule: () => ({ undecided: 'a call without effect on the model', harmless: true }),
  }),
  args: {},
}

/** A thread begins a call that the model knows. */
export function begin(ground: Ground, promises: Promises, tid: number, open: OpenCall): void {
  const { interval, call } = open
  const goal: Goal = { kind: 'call', tid, call }
  let verdict = ground.observe(goal, false, isDueUnshown(ground, tid) ? 'near' : 'wide')
  if (verdict === 'impossible' && isUnmade(ground, tid, interval)) return
  if (verdict === 'impossible' && isOfLost(ground, tid)) {
    ground.lost.add(tid)
    return
  }
  if (verdict === 'impossible' && continuesUnseen(ground)) verdict = ground.observe(goal)
  if (verdict === 'impossible' && ground.inherited.letsGoOn(ground, tid)) verdict = ground.observe(goal)
  if (verdict === 'impossible' && goesOnBeforeAlarm(ground, tid)) verdict = ground.observe(goal)
  if (verdict === 'impossible') ground.unshown.behindGoingOn(ground, tid)
  if (verdict === 'impossible' && mayGoOn(ground, tid, call.syscall)) verdict = ground.observe(goal)
  if (verdict === 'impossible') {
    if (!cannotCall(ground, tid, open)) return
    verdict = ground.observe(goal)
  }
  if (verdict === 'explained') {
    ground.modelled++
    ground.hasForked ||= isMaker(call.syscall) && !isThread(call)
    if (movesBytes(call.syscall.name)) forgetsAtOnce(ground, tid)
    promises.entered(ground, tid, call)
    ground.open.enters(tid, open)
    dropHeldSignals(ground, tid)
    ground.offsets.entered(ground, tid, call)
    if (ground.counts.isUsed) ground.counts.entered(ground, tid, call)
    ground.noteWrites()
    return
  }
  if (verdict === 'undecided') ground.giveUp(tid, interval.enterLine)
  else ground.lost.add(tid)
}

/** A call without effect on the model: a thread that is dead, stopped, or must take a signal makes none of these either. */
export function passThrough(ground: Ground, promises: Promises, tid: number, interval: CallInterval): void {
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  if (thread === undefined && isUnmade(ground, tid, interval)) return
  if (thread === undefined || mayCall(kernel, thread)) {
    ground.passedThrough++
    return
  }
  begin(ground, promises, tid, { interval, call: PASSING, text: interval.args, fields: [] })
  if (ground.open.get(tid)?.interval !== interval) return
  ground.open.leaves(tid)
  ground.modelled--
  ground.passedThrough++
  ground.goOn(tid)
}

/** What is made belongs to the process of its maker. */
const isThread = ({ args }: Call): boolean =>
  (args.flags as ReadonlySet<string> | undefined)?.has('CLONE_THREAD') === true
