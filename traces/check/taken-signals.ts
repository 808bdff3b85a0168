import type { Kernel } from '../../model/kernel.ts'
import { isRealTime, SIGCONT, signalName, SIGNALS, STOP_SIGNALS } from '../../model/signals.ts'
import type { Goal } from '../../model/follow.ts'
import { hasSignal, setOfSignals, withoutSignals } from '../../model/state/signal-set.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import { isArgumentError, parseValue } from '../strace/args.ts'
import type { SignalLine, StoppedLine } from '../strace/lines.ts'
import { memberOf, numberOf, type ArgValue } from '../strace/values.ts'
import { describeSignals } from './describe.ts'
import { SIGCHLD } from '../../model/signals.ts'
import type { Ground } from './ground.ts'
import { agreesOnSiginfo } from './match.ts'
import { codeOf, isFault, isNeverSent, isOfOwnWrite, isOutsideSignal } from './outside.ts'
import { putOffAlarm } from './put-off-alarms.ts'
import { isSignalOfSilent } from './silent.ts'
import { continuesUnseen, killsUnseen } from './signals-from-outside.ts'

const { SIGHUP } = SIGNALS

/** A signal is taken. */
export function seeSignal(ground: Ground, line: SignalLine): void {
  ground.showsSignals = true
  ground.showsChildren ||= line.signal === SIGCHLD
  const tid = ground.tidOf(line.pid)
  const parsed = line.info === '' ? undefined : parseValue(line.info)
  const info = parsed === undefined || isArgumentError(parsed) ? undefined : parsed
  contradictTo(ground, tid, line, info)
  if (line.signal === SIGHUP) ground.hungUp.add(ground.state().threads.get(tid)?.pid ?? tid)
  if (ground.lost.has(tid)) return
  const isNobodys = isOfNobody(ground, line.signal, info)
  const goal: Goal = {
    kind: 'signal',
    tid,
    matches: (allowed) =>
      !isNobodys &&
      allowed.signal === line.signal &&
      (info === undefined || agreesOnSiginfo(allowed, info, ground.naming)),
    refuted: (states) =>
      !ground.isHidden() &&
      // By hand nobody writes that a handler returns.
      ground.options.byHand !== true &&
      ground.families.refutesSignal(states, tid, line.signal, info, (pid) => ground.naming.known(pid)),
  }
  const reach = isOfOwnWrite(line.signal, info) ? 'near' : isNeverSent(info) && !isInventing(ground) ? 'own' : 'wide'
  let verdict = ground.observe(goal, false, reach)
  if (verdict === 'impossible' && ground.unknownMasks.delete(tid)) {
    letIn(ground, tid, line.signal)
    verdict = ground.observe(goal)
  }
  if (verdict === 'impossible' && ground.inherited.letsGoOn(ground, tid)) verdict = ground.observe(goal)
  if (verdict === 'impossible' && ground.unshown.behindSignal(ground, tid, line.signal, info))
    verdict = ground.observe(goal)
  if (verdict === 'impossible' && continuesUnseen(ground)) verdict = ground.observe(goal)
  if (verdict === 'impossible' && killsUnseen(ground)) verdict = ground.observe(goal)
  if (verdict === 'impossible') isSignalOfSilent(ground, line.info)
  if (verdict === 'explained') {
    ground.modelled++
    ground.inherited.takes(line.signal)
    ground.families.told(ground.state().threads.get(tid)?.pid ?? tid, info, (pid) => ground.naming.known(pid))
    ground.noteWrites()
  } else if (verdict === 'undecided') ground.giveUp(tid, line.line)
  else unexplainedSignal(ground, tid, line, info)
}

/** It tells of the death of a child of which no line has told that it was made, though all are there. Source: kernel/signal.c do_notify_parent(). */
function isOfNobody(ground: Ground, signal: number, info: ArgValue | undefined): boolean {
  if (signal !== SIGCHLD || ground.isHidden() || ground.hasStrangers || !ground.evidence.isComplete) return false
  const pid = info && memberOf(info, 'si_pid')
  const from = pid && numberOf(pid)
  return (
    /^CLD_(EXITED|KILLED|DUMPED)$/.test(codeOf(info) ?? '') &&
    from !== undefined &&
    from !== 0 &&
    ground.naming.known(from) === undefined
  )
}

/** Somebody is in a call that sends a signal of which it says itself what it is. Source: rt_sigqueueinfo(2). */
const isInventing = (ground: Ground): boolean =>
  ground.open.some(({ interval }) => /queueinfo|pidfd_send/.test(interval.name))

/** The mask that was in force while the thread slept let this signal in. */
function letIn(ground: Ground, tid: number, signal: number): void {
  ground.follower.amend((kernel) => {
    if (!kernel.threads.has(tid)) return
    const row = kernel.threads.edit(tid)
    row.saved ??= row.blocked
    row.blocked = withoutSignals(row.blocked, setOfSignals(signal))
  })
}

/** What other lines say of it, whatever is not shown. */
function contradictTo(ground: Ground, tid: number, line: SignalLine, info: ArgValue | undefined): void {
  const pid = info && memberOf(info, 'si_pid')
  const from = pid && numberOf(pid)
  if (info === undefined || from === undefined) return
  const process = ground.state().threads.get(tid)?.pid ?? tid
  const found = ground.evidence.takes(process, line, info, ground.naming.known(from))
  const seen = `--- ${signalName(line.signal)} ${line.info} ---`
  ground.contradict(line.line, tid, seen, found, {
    rule: 'model/functions/notify-parent.ts notifyParent()',
    source: 'sigaction(2); kernel/signal.c do_notify_parent()',
  })
}

function unexplainedSignal(ground: Ground, tid: number, line: SignalLine, info: ArgValue | undefined): void {
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  if (thread === undefined) return
  const isOutside =
    !ground.options.closed &&
    isOutsideSignal(info, ground.naming) &&
    !isOfNobody(ground, line.signal, info) &&
    !isBeforeHangup(ground, tid, line, info)
  if (isFault(line.signal, info) || isOutside || ground.isHidden()) {
    ground.assume(`${signalName(line.signal)} reached a process from outside the model`)
    ground.follower.amend((copy) => {
      if (codeOf(info) === 'SI_USER') mayHaveMerged(copy, thread.pid, line.signal)
      if (line.signal === SIGCONT) copy.fn.prepareSignal(copy, thread.pid, tid, SIGCONT)
      const row = copy.threads.edit(tid)
      row.pending = [{ signal: line.signal, code: 'SI_USER', pid: 0 }, ...row.pending]
    })
    ground.observe({ kind: 'signal', tid, matches: (allowed) => allowed.signal === line.signal })
    // It may have been this one that ended a sleep, and not the one by which the model explained that.
    ground.follower.amend((copy) => {
      if (!copy.threads.has(tid)) return
      const row = copy.threads.edit(tid)
      if (row.due) putOffAlarm(copy, tid)
      row.due = false
      // A process that cannot take it may be shown it again and again.
      row.pending = row.pending.filter(({ signal, pid }) => signal !== line.signal || pid !== 0)
    })
    ground.noteWrites()
    return
  }
  const process = kernel.processOf(thread)
  const due = process.pending.concat(thread.pending)
  const allowed = process.toStop.includes(tid) ? `stopped by ${signalName(process.stopSignal)}` : describeSignals(due)
  const keys = [kernel.threads.key(tid), kernel.processes.key(thread.pid)]
  ground.violate(line.line, tid, `--- ${signalName(line.signal)} ${line.info} ---`, [allowed], keys, {
    rule: 'model/functions/signals.ts deliveries()',
    source: 'signal(7); kernel/signal.c get_signal()',
  })
  const isAlike: Goal = { kind: 'signal', tid, matches: (allowed) => allowed.signal === line.signal }
  if (ground.observe(isAlike, false, 'own') !== 'explained') takeAway(ground, tid, line.signal)
}

/** Of a standard signal one is pending for a process at a time: those that followed the one from outside are gone. Source: kernel/signal.c legacy_queue(). */
function mayHaveMerged(kernel: Kernel, pid: number, signal: number): void {
  if (isRealTime(signal) || !kernel.processes.at(pid).pending.some((info) => info.signal === signal)) return
  const row = kernel.processes.edit(pid)
  row.pending = row.pending.map((info) => (info.signal === signal ? { ...info, optional: true } : info))
  kernel.fn.recalcDue(kernel, pid)
}

/** A signal that came out of turn will not come again. */
function takeAway(ground: Ground, tid: number, signal: number): void {
  const without = (pending: readonly Siginfo[]): readonly Siginfo[] => {
    const place = pending.findIndex((info) => info.signal === signal)
    return place < 0 ? pending : pending.toSpliced(place, 1)
  }
  ground.follower.amend((kernel) => {
    const thread = kernel.threads.get(tid)
    if (thread === undefined) return
    const isOwn = thread.pending.some((info) => info.signal === signal)
    const row = isOwn ? kernel.threads.edit(tid) : kernel.processes.edit(thread.pid)
    row.pending = without(row.pending)
  })
}

/**
 * The kernel sends SIGCONT by itself only behind SIGHUP, which is taken first.
 * Source: kernel/exit.c kill_orphaned_pgrp(), drivers/tty/tty_jobctrl.c disassociate_ctty(), tty_signal_session_leader().
 */
function isBeforeHangup(ground: Ground, tid: number, { signal }: SignalLine, info: ArgValue | undefined): boolean {
  const code = info && memberOf(info, 'si_code')
  if (signal !== SIGCONT || code?.kind !== 'flags' || code.names[0] !== 'SI_KERNEL') return false
  const { hungUp, atFirst } = ground
  const thread = ground.state().threads.get(tid)
  if (thread === undefined || hungUp.has(thread.pid) || !atFirst.shown.has(SIGHUP)) return false
  return (
    ground.state().processOf(thread).threads.length === 1 &&
    thread.saved === null &&
    hasSignal(atFirst.open, SIGHUP) &&
    !hasSignal(thread.blocked, SIGHUP) &&
    !ground.unknownMasks.has(tid)
  )
}

/** A stop by a signal. */
export function seeStop(ground: Ground, line: StoppedLine): void {
  const tid = ground.tidOf(line.pid)
  if (ground.lost.has(tid)) return
  if (ground.observe({ kind: 'stopped', tid, signal: line.signal }) === 'explained') {
    ground.modelled++
    ground.noteWrites()
    return
  }
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  if (thread === undefined) return
  const { pending, stopSignal } = kernel.processOf(thread)
  const due = [...pending, ...thread.pending].find(({ signal }) => hasSignal(STOP_SIGNALS, signal))
  const stop = stopSignal === 0 ? (due?.signal ?? 0) : stopSignal
  ground.violate(
    line.line,
    tid,
    `stopped by ${signalName(line.signal)}`,
    stop === 0 ? ['it goes on'] : [`stopped by ${signalName(stop)}`, 'it goes on'],
    [kernel.processes.key(thread.pid)],
    {
      rule: 'model/functions/signals.ts fatesOf()',
      source: 'signal(7); kernel/signal.c do_signal_stop()',
    },
  )
}
