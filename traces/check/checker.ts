import type { Goal } from '../../model/follow.ts'
import { copiesShared } from '../../model/goals.ts'
import { actionOf, type Siginfo } from '../../model/state/signals.ts'
import { SIGCHLD } from '../../model/signals.ts'
import { NOT_MADE } from '../../model/functions/fork.ts'
import { mayCall } from '../../model/moves.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { Thread } from '../../model/state/threads.ts'
import { answer, defineSyscall, isUndecided, type Call, type Syscall } from '../../model/syscall.ts'
import { isArgumentError, parseArguments } from '../strace/args.ts'
import { decodeArguments, type Decoded } from '../strace/decode.ts'
import type { CallInterval, StitchEvent } from '../strace/interval.ts'
import { unnamed } from '../strace/lines.ts'
import type { Field } from '../strace/values.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { badDescriptorCall } from './bad-descriptor.ts'
import { isCutShort } from './cut-short.ts'
import { describeCall } from './describe.ts'
import { seeDeath } from './deaths.ts'
import { NO_LINE } from './findings.ts'
import { givenBy, isMaker } from './given.ts'
import { Ground, type CheckOptions } from './ground.ts'
import type { OpenCall } from './open-calls.ts'
import { asItWillEnd, HeldNumbers } from './held-numbers.ts'
import { PRELUDE } from './hidden.ts'
import { fromTheBeginning } from './directories.ts'
import { inertForm, inertReason } from './inert.ts'
import { agreesOnResult, differsAt } from './match.ts'
import { installOpaque, opaqueCalls } from './opaque-calls.ts'
import { isRefuted, noteEvidence, noteFamily } from './kinship.ts'
import { isOfAnother, isOfTheDead, isOwnNumber, isUnmade } from './namesakes.ts'
import { cannotCall, cannotReturn, isOfDescriptors, isOfSpaces, isWorldly, passOver } from './refused.ts'
import { respell } from './respell.ts'
import { adopt, revive } from './resync.ts'
import { tellsOfSilent } from './silent.ts'
import { noteSplit } from './split-segments.ts'
import { StaleResults } from './stale-results.ts'
import { seeSignal, seeStop } from './taken-signals.ts'
import { isSentToOthers, movesBytes, unfollowedCalls } from './unfollowed-calls.ts'
import { OUTSIDE, type World } from './world.ts'

const EXITED = { rule: 'model/syscalls/exit_group.ts', source: 'exit_group(2); kernel/exit.c do_group_exit()' }

/** Calls that say what an open file is. */
const TELLS_KIND = /^(stat|fstat|newfstatat)$/

/** Of a terminal, a file, a socket; a driver may be given an eventfd to write to. */
const TOUCHES_NO_COUNTER = /, (T[CI]|FIO|FI|SIO|FS_|BLK|EXT|NS_)[A-Z]+/

/** A number that is none of a call, as it is negative. */
const NO_CALL = /^syscall_0x[89a-f][0-9a-f]{7,}$/

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

/** Guesses about one line, at the most. */
const MOST_GUESSES = 3

/**
 * Follows one capture on the model, event by event. After a violation it goes on as if an allowed result had been seen,
 * so that one fault gives one violation.
 */
export class Checker {
  readonly ground: Ground
  private readonly byName = new Map<string, Syscall[]>()
  /** Calls that will have shown their arguments only when they return. */
  private readonly halves = new WeakSet<CallInterval>()
  private readonly held = new HeldNumbers()
  private readonly stale = new StaleResults()
  /** Threads in a call that has promised itself a descriptor, or will once that is the lowest, or copies the table of them. */
  private readonly toHold = new Set<number>()

  constructor(world: World, options: CheckOptions) {
    this.ground = new Ground(world, options)
    const { kernel } = world
    for (const syscall of [...kernel.rules.syscalls.values(), ...opaqueCalls, ...unfollowedCalls]) {
      if (syscall.library && options.byHand !== true) continue
      for (const name of [syscall.name, ...syscall.aliases]) {
        const forms = this.byName.get(name)
        if (forms === undefined) this.byName.set(name, [syscall])
        else forms.push(syscall)
      }
    }
  }

  see(event: StitchEvent): void {
    const { ground } = this
    ground.present = event
    switch (event.kind) {
      case 'enter':
        ground.events++
        this.enter(event.call)
        return
      case 'leave':
        this.leave(event.call, event.pid, event.line)
        return
      case 'signal':
        ground.events++
        seeSignal(ground, event)
        return
      case 'stopped':
        ground.events++
        seeStop(ground, event)
        return
      case 'exited':
      case 'killed':
        ground.events++
        seeDeath(ground, event)
        return
      case 'unreadable':
        ground.leaveOpen(event.line, `${NO_LINE}: ${event.why}`)
        // It may have been the end of a process, behind what others wrote.
        if (event.text.includes('+++')) ground.evidence.losesSight()
        return
      case 'stray':
        ground.leaveOpen(event.line, event.why)
        return
      case 'named':
        ground.naming.rename(unnamed, event.pid)
        return
      case 'message':
        if (event.about === 'detached') this.letsGo()
        if (event.about === 'cut') ground.assume('the capture ends in the middle of a line')
        return
      case 'superseded':
    }
  }

  /** What processes do is no longer shown to their ends. */
  private letsGo(why = 'strace let go of processes before they ended'): void {
    this.ground.hides(why)
    this.ground.evidence.losesSight()
  }

  private enter(interval: CallInterval): void {
    const { ground } = this
    const tid = ground.tidOf(interval.pid)
    ground.unshown.saw(tid, interval)
    this.stale.entered = interval.name
    const found = ground.evidence.enters(tid, interval)
    if (found !== undefined) ground.contradict(interval.enterLine, tid, describeCall(interval), found, EXITED)
    if (ground.lost.has(tid)) return
    if (isOfTheDead(ground, tid, interval)) return
    if (interval.pid !== unnamed) ground.namesPids = true
    if (ground.unknownMasks.size > 0) ground.unknownMasks.delete(tid)
    if (isHalf(interval) && interval.end === 'open') {
      this.halves.add(interval)
      return
    }
    if (interval.end === 'detached') this.letsGo()
    if (interval.end === 'lost') this.letsGo('lines are missing')
    if (interval.end === 'cut off' && interval.name.startsWith('execve'))
      this.letsGo('the capture does not show what processes do after execve')
    if (ground.hasSegments) noteSplit(ground, tid, interval)
    if (entersNamespace(interval)) {
      ground.hides('some numbers are those of other namespaces')
      ground.evidence.stop()
    }
    const asItStands = this.byName.get(interval.name)
    if (asItStands === undefined && inertReason(interval.name) !== undefined) {
      const call = badDescriptorCall(interval)
      if (TELLS_KIND.test(interval.name)) ground.offsets.told(ground, tid, interval)
      if (call === undefined) this.passThrough(tid, interval)
      else this.enterCall(tid, { interval, call, text: interval.args, fields: [] })
      return
    }
    if (interval.name === 'setpgid') noteOldGroup(ground, tid, interval)
    const { name, fields } = respell(interval.name, interval.args)
    const forms = name === interval.name ? asItStands : this.byName.get(name)
    if (forms === undefined) {
      if (inertReason(name) !== undefined) ground.passedThrough++
      else this.doNotKnow(interval)
      return
    }
    let unreadable: string | undefined
    let isUnseen = false
    for (const syscall of forms) {
      // What is no call at all, as where the output of a program stands in its line, is not about others.
      if (unreadable !== undefined && isSentToOthers(syscall) && !unreadable.endsWith('outside the capture')) continue
      const decoded = this.decode(syscall, fields, interval)
      if ('mismatch' in decoded) continue
      if ('undecided' in decoded) {
        unreadable ??= decoded.undecided
        isUnseen ||= decoded.isUnseen
        continue
      }
      const given = isOwnNumber(ground, syscall, interval)
        ? ground.naming.expect()
        : givenBy(ground.naming, syscall, interval)
      const args = ground.hasMoved ? fromTheBeginning(ground, tid, syscall, decoded.args) : decoded.args
      const call: Call = { syscall, args, ...(given !== undefined && { given }) }
      if (given !== undefined && given !== NOT_MADE && isMaker(syscall)) {
        ground.guesses.born(tid, given)
        ground.blur.born(ground.state(), tid, given)
        if (ground.isFiltered(tid)) ground.filtered.add(given)
      }
      this.enterCall(tid, { interval, call: asItWillEnd(ground, tid, call, interval), text: interval.args, fields })
      return
    }
    // An error leaves all as it was, and so does what is done to an object that nobody else is seen to use.
    const isNothing = isHalf(interval) || interval.result?.kind === 'error' || isOfOutside(unreadable)
    if (unreadable !== undefined && isNothing) {
      if (interval.name.startsWith('epoll_pwait')) ground.unknownMasks.add(tid)
      ground.passedThrough++
      return
    }
    if (unreadable !== undefined && isUnseen) {
      ground.hides('the capture does not show what pointers lead to')
      ground.assume(ground.hidden!)
      ground.evidence.losesCalls()
      ground.passedThrough++
      return
    }
    if (unreadable !== undefined) {
      const parsed = parseArguments(interval.args)
      ground.leaveOpen(
        interval.enterLine,
        isArgumentError(parsed) ? `${interval.name}: ${parsed.why}` : unreadable,
        tid,
      )
      return
    }
    if (inertForm(name, fields)) {
      ground.passedThrough++
      this.noteIoctl(tid, interval)
    } else this.doNotKnow(interval)
  }

  /** A call without effect on the model: a thread that is dead, stopped, or must take a signal makes none of these either. */
  private passThrough(tid: number, interval: CallInterval): void {
    const { ground } = this
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined && isUnmade(ground, tid, interval)) return
    if (thread === undefined || mayCall(kernel, thread)) {
      ground.passedThrough++
      return
    }
    this.enterCall(tid, { interval, call: PASSING, text: interval.args, fields: [] })
    if (ground.open.get(tid)?.interval !== interval) return
    ground.open.leaves(tid)
    ground.modelled--
    ground.passedThrough++
    ground.goOn(tid)
  }

  private decode(syscall: Syscall, fields: readonly Field[], { result }: CallInterval): Decoded {
    const { naming } = this.ground
    naming.expecting = result?.kind !== 'error' || result.errno !== 'ESRCH'
    const decoded = decodeArguments(syscall, fields, naming)
    naming.expecting = true
    return decoded
  }

  /** What an ioctl of a device returns may be a descriptor, if the number was free. */
  private noteIoctl(tid: number, { name, args, result }: CallInterval): void {
    const { ground } = this
    if (name !== 'ioctl' || result?.kind !== 'value') return
    if (ground.counts.isUsed && !TOUCHES_NO_COUNTER.test(args)) ground.counts.stop()
    if (result.value <= 0) return
    const thread = ground.state().threads.get(tid)
    const kernel = ground.state()
    if (thread !== undefined && kernel.fn.slotOf(kernel, thread, result.value) === 0)
      ground.guesses.mayHaveMade(tid, result.value)
  }

  private doNotKnow({ pid, name, enterLine, result }: CallInterval): void {
    const { ground } = this
    const tid = ground.tidOf(pid)
    if (result?.kind === 'error' || NO_CALL.test(name)) {
      ground.passedThrough++
      return
    }
    const { unmodelled } = ground
    const why = `${name} is not modelled`
    if (unmodelled[name] === undefined) ground.leaveOpen(enterLine, why, tid)
    else ground.blurs(enterLine, why, tid)
    unmodelled[name] = (unmodelled[name] ?? 0) + 1
  }

  private enterCall(tid: number, open: OpenCall): void {
    const { ground } = this
    const { interval, call } = open
    const goal: Goal = { kind: 'call', tid, call }
    let verdict = ground.observe(goal, false, this.isDueUnshown(tid) ? 'near' : 'wide')
    if (verdict === 'impossible' && isUnmade(ground, tid, interval)) return
    if (verdict === 'impossible' && this.isOfLost(tid)) {
      ground.lost.add(tid)
      return
    }
    if (verdict === 'impossible' && ground.inherited.letsGoOn(ground, tid)) verdict = ground.observe(goal)
    if (verdict === 'impossible') ground.unshown.behindGoingOn(ground, tid)
    if (verdict === 'impossible' && this.mayGoOn(tid, call.syscall)) verdict = ground.observe(goal)
    if (verdict === 'impossible') {
      if (!cannotCall(ground, tid, open)) return
      verdict = ground.observe(goal)
    }
    if (verdict === 'explained') {
      ground.modelled++
      ground.hasForked ||= isMaker(call.syscall) && !isThread(call)
      if (movesBytes(call.syscall.name)) this.forgetAtOnce(tid)
      if (call.given !== undefined && (call.syscall.name.startsWith('accept') || this.mayCopy(tid)))
        this.toHold.add(tid)
      ground.open.enters(tid, open)
      this.showsNoMore(tid)
      ground.offsets.entered(ground, tid, call)
      if (ground.counts.isUsed) ground.counts.entered(ground, tid, call)
      ground.noteWrites()
      return
    }
    if (verdict === 'undecided') ground.giveUp(tid, interval.enterLine)
    else ground.lost.add(tid)
  }

  /** A signal that the only thread of a process took before it made a call would have had its line by now. */
  private showsNoMore(tid: number): void {
    const { follower } = this.ground
    if (!follower.states.some((kernel) => holdsBack(kernel, tid))) return
    follower.amend((kernel) => {
      if (!holdsBack(kernel, tid)) return
      const row = kernel.threads.edit(tid)
      const process = kernel.processes.edit(row.pid)
      row.pending = row.pending.filter((info) => !isHeld(info))
      process.pending = process.pending.filter((info) => !isHeld(info))
    })
  }

  /** The call under way makes a process with a copy of a table that other threads share, and has not done so everywhere. */
  private mayCopy(tid: number): boolean {
    return this.ground.follower.states.some((kernel) => {
      const thread = kernel.threads.get(tid)
      return thread?.state === 'in-call' && copiesShared(kernel, thread, thread.call!)
    })
  }

  /** Bytes may have moved before the call is back. */
  private forgetAtOnce(tid: number): void {
    const { ground } = this
    ground.follower.amend((kernel) => {
      const thread = kernel.threads.get(tid)
      const answered = thread?.call === null || thread === undefined ? undefined : answer(kernel, thread, thread.call)
      if (answered !== undefined && isUndecided(answered)) answered.effect?.(kernel)
    })
  }

  /** It was made by a thread whose calls are not followed any more, or by one that such a thread made. */
  private isOfLost(tid: number): boolean {
    const { ground } = this
    if (ground.lost.size === 0 || ground.isHidden()) return false
    return ground.follower.states.every(({ threads }) => !threads.has(tid))
  }

  /** Whether what the capture does not show lets a thread go on that the model holds back, or that it does not know. */
  private mayGoOn(tid: number, syscall: Syscall): boolean {
    const { ground } = this
    const thread = ground.state().threads.get(tid)
    if (thread === undefined) ground.hides('processes were made by calls that the capture does not show')
    else if (thread.due && (this.showsNoSignals(thread) || returnsFromUnshown(syscall, thread)))
      ground.hides('the capture does not show signals')
    if (!ground.isHidden()) return false
    ground.assume(ground.hidden!)
    ground.follower.amend((kernel) => {
      if (kernel.threads.has(tid)) revive(kernel, tid)
      else adopt(kernel, tid)
    })
    ground.hasMoved ||= thread === undefined
    if (thread === undefined) {
      ground.guesses.appears(tid)
      ground.hasStrangers = true
    }
    return true
  }

  /** It should first take a signal, and none is shown: a long search for why it need not is not worth while. */
  private isDueUnshown(tid: number): boolean {
    const thread = this.ground.state().threads.get(tid)
    return thread?.due === true && this.showsNoSignals(thread)
  }

  /** No signal was shown so far, nor the return of a handler, which this one would have had if it has one. */
  private showsNoSignals(thread: Readonly<Thread>): boolean {
    const { ground } = this
    if (ground.options.byHand === true) return false
    const kernel = ground.state()
    const signal = kernel.fn.nextSignal(kernel, thread)?.info.signal
    if (signal === SIGCHLD ? ground.showsChildren : ground.showsSignals) return false
    const isHandled = signal !== undefined && actionOf(kernel.processOf(thread).actions, signal).handler === 'handler'
    return !isHandled || ground.events > PRELUDE
  }

  private leave(interval: CallInterval, pid: number, line: number): void {
    const { ground } = this
    if (this.halves.delete(interval)) this.enter(interval)
    const tid = ground.tidOf(interval.pid)
    const open = ground.open.get(tid)
    if (open?.interval !== interval) return
    ground.open.leaves(tid)
    if (this.toHold.size > 0) this.toHold.delete(tid)
    const { result } = interval
    if (result?.kind === 'none') ground.options.onReturn?.(open.call.syscall, result)
    if (result === undefined || result.kind === 'none') return
    const back = ground.tidOf(pid)
    if (this.stale.isStale(ground, back, interval)) {
      this.stale.pass(ground, back)
      return
    }
    const fields = interval.args === open.text ? open.fields : respell(interval.name, interval.args).fields
    const { syscall } = open.call
    const isMisnamed = isOfAnother(ground, back, open.call, interval)
    const goal: Goal = {
      kind: 'return',
      tid: back,
      byWorld: result.kind === 'error' && (isOfSpaces(interval) || isWorldly(ground, back, open.call, result.errno)),
      matches: (allowed, out, kernel) =>
        (isMisnamed || agreesOnResult(syscall, allowed, result, ground.naming, kernel)) &&
        differsAt(syscall, out, fields, ground.naming) === undefined,
      refuted: (states) => isRefuted(ground, states, back, open.call, interval, fields),
    }
    ground.offsets.left(ground, back, open.call, interval, result)
    if (ground.counts.isUsed) ground.counts.left(ground, back, open.call, interval, fields)
    noteEvidence(ground, back, open.call, interval, fields)
    const isSure = isOfDescriptors(syscall, result) && ground.isHidden() && ground.isWhole(back)
    let verdict = ground.observe(goal, isSure)
    if (verdict === 'impossible' || verdict === 'undecided') {
      const again = () => (verdict = ground.observe(goal, isSure)) === 'explained'
      this.held.explains(ground, back, open.call, result, interval.enterLine, again)
    }
    for (let tries = 0; tries < MOST_GUESSES && verdict === 'impossible'; tries++) {
      const isGuessed =
        ground.guesses.explains(back, open.call, result, fields) ||
        ground.inherited.explains(ground, back, open.call, result, fields) ||
        ground.inheritedGroups.explains(ground, back, open.call, result) ||
        ground.queueLimits.explains(ground, back, open.call, fields) ||
        ground.unshown.behindReturn(ground, back, open, result) ||
        tellsOfSilent(ground, syscall, interval)
      if (!isGuessed) break
      verdict = ground.observe(goal, isSure)
    }
    if (verdict === 'impossible')
      isCutShort(ground, back, open.call, result, () => (verdict = ground.observe(goal, isSure)) === 'explained')
    if (result.kind === 'error') this.held.left(ground, back, interval)
    if (verdict === 'explained') {
      noteFamily(ground, back, open.call, result)
      ground.guesses.note(back, open.call, result)
      ground.inherited.note(open.call, fields)
      ground.inheritedGroups.note(ground, back, open.call)
      ground.options.onReturn?.(syscall, result)
      if (syscall.name === 'fanotify_init') ground.hasFanotify = true
      if (syscall.name === 'chdir' || syscall.name === 'fchdir') ground.hasMoved = true
      if (syscall.name === 'shmat') ground.hasSegments = true
      if (syscall.name.startsWith('open')) ground.queueLimits.opened(open.call.args)
      if (syscall.name === 'io_uring_setup') ground.hasRing = true
      if (isMaker(syscall) && asksForPidfd(interval.args)) this.makePidfd(back, result)
      ground.noteWrites()
      for (const other of this.toHold) this.holdNow(other)
    } else if (verdict !== 'unmodelled' && this.stale.explains(ground, back, interval)) {
      this.stale.pass(ground, back)
    } else if (verdict === 'undecided') {
      ground.giveUp(tid, line)
    } else if (verdict === 'unmodelled') {
      passOver(ground, back, open, line)
    } else {
      cannotReturn(ground, back, open, line)
    }
  }

  /** The table of descriptors may have changed so that the one which this thread's call has got is the lowest. */
  private holdNow(tid: number): void {
    const { follower } = this.ground
    this.ground.observe({ kind: 'hold', tid })
    const isHeld = ({ threads }: Kernel) => threads.get(tid)?.unfinished !== null
    if (!this.mayCopy(tid) && follower.states.every(isHeld)) this.toHold.delete(tid)
  }

  /** The maker has a descriptor for the new process too. Source: clone(2) CLONE_PIDFD. */
  private makePidfd(tid: number, result: SeenResult): void {
    const { follower, naming } = this.ground
    const pid = result.kind === 'value' ? (naming.find(result.value) ?? 0) : 0
    if (pid !== 0) follower.amend((kernel) => void installOpaque(kernel, kernel.threads.at(tid), true, pid))
  }
}

/**
 * A process has joined a group that the capture has not shown: it is the one in which the capture began, if that has not
 * been named yet; of any other nothing is known.
 */
function noteOldGroup(ground: Ground, tid: number, { args, result, enterLine }: CallInterval): void {
  const group = Number(args.split(', ')[1])
  if (result?.kind !== 'value' || !(group > 0) || ground.naming.known(group) !== undefined) return
  const { threads, processes } = ground.state()
  const outside = processes.get(OUTSIDE)
  if (outside === undefined) return
  const isAtHome = processes.get(threads.get(tid)?.pid ?? 0)?.session === outside.session
  if (isAtHome && ground.naming.agreesOnGroup(group, outside.group)) return
  ground.leaveOpen(enterLine, `setpgid to a group that was there before the capture`, tid)
}

/** A call about an object of System V that was there before. */
const isOfOutside = (unreadable: string | undefined): boolean =>
  unreadable !== undefined && /^(sem|shm|msg).* was made outside the capture$/.test(unreadable)

/** A handler returns in a thread of which the signal that started one is not shown (-e signal=SIGCHLD). */
const returnsFromUnshown = ({ returns }: Syscall, { frames }: Readonly<Thread>): boolean =>
  returns === 'restored' && frames.length === 0

const isHeld = ({ held }: Siginfo): boolean => held === true

/** A tracer has a signal of a process with one thread. */
function holdsBack(kernel: Kernel, tid: number): boolean {
  const thread = kernel.threads.get(tid)
  if (thread === undefined) return false
  const { pending, threads } = kernel.processOf(thread)
  return threads.length === 1 && (thread.pending.some(isHeld) || pending.some(isHeld))
}

/** What is made belongs to the process of its maker. */
const isThread = ({ args }: Call): boolean =>
  (args.flags as ReadonlySet<string> | undefined)?.has('CLONE_THREAD') === true

/** CLONE_PIDFD, by name or number. */
const asksForPidfd = (args: string): boolean =>
  args.includes('CLONE_PIDFD') || Math.floor(Number(/flags=(0x[0-9a-f]+)/.exec(args)?.[1] ?? 0) / 0x1000) % 2 === 1

/** The rest of its arguments is not shown, or not yet. */
const isHalf = ({ args }: CallInterval): boolean => args === '' || args.endsWith(',') || args.endsWith(', ')

/** Pids, or identifiers of System V objects, are others from here on. */
const entersNamespace = ({ name, args }: CallInterval): boolean =>
  name === 'setns' ||
  (/^(clone3?|unshare)$/.test(name) && (/CLONE_NEW(PID|IPC)/.test(args) || (flagsIn(name, args) & NEW_SPACES) !== 0))

/** CLONE_NEWIPC and CLONE_NEWPID. */
const NEW_SPACES = 0x28000000

/** The flags that are given by number (-X raw). */
function flagsIn(name: string, args: string): number {
  const flags = name === 'unshare' ? args : (/flags=([^,}]+)/.exec(args)?.[1] ?? '')
  return flags.split('|').reduce((all, flag) => all | (Number.parseInt(flag, 16) || 0), 0)
}
