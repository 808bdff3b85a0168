import { ERRNOS } from '../../model/errno.ts'
import { FOLLOW_DEFAULTS, Follower, type FollowOptions, type Goal } from '../../model/follow.ts'
import type { Kernel } from '../../model/kernel.ts'
import { SIGCONT, SIGNALS, signalName, STOP_SIGNALS } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { answer, isBlocked, isUndecided, type Call, type Syscall } from '../../model/syscall.ts'
import { isArgumentError, parseArguments, parseValue } from '../strace/args.ts'
import { decodeArguments } from '../strace/decode.ts'
import type { CallInterval, StitchEvent } from '../strace/interval.ts'
import { unnamed, type ExitedLine, type KilledLine, type SignalLine, type StoppedLine } from '../strace/lines.ts'
import { Naming } from '../strace/naming.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import type { ArgValue, Field } from '../strace/values.ts'
import { allowedFor } from './allowed.ts'
import { describeCall, describeOutcome, describeSignals, ruleOf } from './describe.ts'
import { badDescriptorCall } from './bad-descriptor.ts'
import { adopt, revive, takeResult } from './resync.ts'
import { Guesses } from './guesses.ts'
import { inertForm, inertReason } from './inert.ts'
import { agreesOnResult, agreesOnSiginfo, differsAt } from './match.ts'
import { opaqueCalls } from './opaque-calls.ts'
import { respell } from './respell.ts'
import { movesBytes, unfollowedCalls } from './unfollowed-calls.ts'
import { failsByOthers, findsOld, isOutsideSignal, isFault } from './outside.ts'
import { Causes } from './causes.ts'
import { readRows } from './reads.ts'
import type { CaptureVerdict, UndecidedLine, Violation } from './verdict.ts'
import type { World } from './world.ts'

export interface CheckOptions {
  /** Nobody outside the capture acted: what it does not explain is a violation, never an assumption. */
  readonly closed: boolean
  /** Which descriptors the first process had is a fact, not a guess. */
  readonly inheritedKnown?: boolean
  /** The history is written by hand: it is all there is, and calls of the C library and accesses to memory have lines. */
  readonly byHand?: boolean
  readonly follow?: Partial<FollowOptions>
  /** Why the capture does not show all that was done, if it does not: what it does not show may explain any line. */
  readonly hidden?: string | undefined
  /** Told of each call that came back as the model allows, or never, for those who count what captures exercise. */
  readonly onReturn?: (syscall: Syscall, result: SeenResult) => void
}

/** The bit of a wait status that says that memory was dumped. */
const CORE = 0x80

/** Guesses about one line, at the most. */
const MOST_GUESSES = 3

/** What a thread is in, as far as the check follows it. */
interface OpenCall {
  readonly interval: CallInterval
  readonly call: Call
  /** The arguments as far as they were known at the entry, which is to the end if the result was. */
  readonly text: string
  readonly fields: readonly Field[]
}

/**
 * Follows one capture on the model, event by event. After a violation it goes on as if an allowed result had been seen,
 * so that one fault gives one violation.
 */
export class Checker {
  readonly violations: Violation[] = []
  readonly undecided: UndecidedLine[] = []
  readonly assumptions = new Set<string>()
  readonly unmodelled: Record<string, number> = {}
  events = 0
  modelled = 0
  passedThrough = 0
  private readonly options: CheckOptions
  private readonly byName = new Map<string, Syscall[]>()
  private readonly first: number
  private readonly naming: Naming
  private readonly follower: Follower
  private readonly open = new Map<number, OpenCall>()
  /** Threads that the check has lost: what they do is not judged any more. */
  private readonly lost = new Set<number>()
  private readonly guesses: Guesses
  /** From this line on the model may lag behind what happened: it has lost a thread, or met a call that it does not know. */
  private blurredSince: { readonly line: number; readonly why: string } | undefined
  /** What last wrote each row. */
  private readonly causes = new Causes((event) => this.describe(event))
  private present: StitchEvent | undefined
  /** Calls that will have shown their arguments only when they return. */
  private readonly halves = new WeakSet<CallInterval>()
  /** Lines bear pids, as they do when children are followed. */
  private namesPids = false
  private hasForked = false
  /** Why what is not shown may explain what the model does not expect. */
  private hidden: string | undefined

  constructor({ kernel, first }: World, options: CheckOptions) {
    this.options = options
    this.hidden = options.hidden
    this.first = first
    this.naming = new Naming(first, options.closed, options.byHand)
    this.follower = new Follower(kernel, {
      ...FOLLOW_DEFAULTS,
      isHidden: (tid) => tid < first,
      untraced: options.byHand === true,
      ...options.follow,
    })
    const { inheritedKnown, closed } = options
    this.guesses = new Guesses(this.follower, { known: inheritedKnown === true, closed }, (what) => this.assume(what))
    for (const syscall of [...kernel.rules.syscalls.values(), ...opaqueCalls, ...unfollowedCalls]) {
      if (syscall.library && options.byHand !== true) continue
      for (const name of [syscall.name, ...syscall.aliases]) {
        const forms = this.byName.get(name)
        if (forms === undefined) this.byName.set(name, [syscall])
        else forms.push(syscall)
      }
    }
  }

  /** How many goals left so many states to follow, by their number. */
  get stateSizes(): readonly number[] {
    return this.follower.sizes
  }

  see(event: StitchEvent): void {
    this.present = event
    switch (event.kind) {
      case 'enter':
        this.events++
        this.enter(event.call)
        return
      case 'leave':
        this.leave(event.call, event.pid, event.line)
        return
      case 'signal':
        this.events++
        this.signal(event)
        return
      case 'stopped':
        this.events++
        this.stopped(event)
        return
      case 'exited':
        this.events++
        this.dead(event, (status) => status === event.code << 8, `exited with ${event.code}`)
        return
      case 'killed': {
        this.events++
        const word = event.signal | (event.core ? 0x80 : 0)
        this.dead(event, (status) => status === word, `killed by ${signalName(event.signal)}`)
        return
      }
      case 'unreadable':
        this.leaveOpen(event.line, `no line of strace: ${event.why}`)
        return
      case 'stray':
        this.leaveOpen(event.line, event.why)
        return
      case 'named':
        this.naming.rename(unnamed, event.pid)
        return
      case 'message':
        if (event.about === 'detached') this.hides('strace let go of processes before they ended')
        return
      case 'superseded':
    }
  }

  private state(): Kernel {
    return this.follower.states[0]!
  }

  /** The model's number of a thread; its first line may come before the call that makes it returns. */
  private tidOf(pid: number): number {
    const known = this.naming.find(pid)
    if (known !== undefined && (this.state().threads.has(known) || known >= this.first)) return known
    return this.naming.fresh(pid)
  }

  private enter(interval: CallInterval): void {
    const tid = this.tidOf(interval.pid)
    if (this.lost.has(tid)) return
    if (interval.pid !== unnamed) this.namesPids = true
    if (isHalf(interval) && interval.end === 'open') {
      this.halves.add(interval)
      return
    }
    if (interval.end === 'detached') this.hides('strace let go of processes before they ended')
    if (entersNamespace(interval)) this.hides('some numbers are those of other namespaces')
    if (!this.byName.has(interval.name) && inertReason(interval.name) !== undefined) {
      const call = badDescriptorCall(interval)
      if (call === undefined) this.passedThrough++
      else this.enterCall(tid, { interval, call, text: interval.args, fields: [] })
      return
    }
    const { name, fields } = respell(interval.name, interval.args)
    const forms = this.byName.get(name)
    if (forms === undefined) {
      if (inertReason(name) !== undefined) this.passedThrough++
      else this.doNotKnow(interval)
      return
    }
    let unreadable: string | undefined
    for (const syscall of forms) {
      const decoded = decodeArguments(syscall, fields, this.naming)
      if ('mismatch' in decoded) continue
      if ('undecided' in decoded) {
        unreadable ??= decoded.undecided
        continue
      }
      const given = this.givenBy(syscall, interval)
      const call: Call = { syscall, args: decoded.args, ...(given !== undefined && { given }) }
      if (given !== undefined && (syscall.makes === 'process' || syscall.makes === 'thread'))
        this.guesses.born(tid, given)
      this.enterCall(tid, { interval, call, text: interval.args, fields })
      return
    }
    // An error leaves all as it was.
    if (unreadable !== undefined && (isHalf(interval) || interval.result?.kind === 'error')) {
      this.passedThrough++
      return
    }
    if (unreadable !== undefined) {
      const parsed = parseArguments(interval.args)
      this.leaveOpen(interval.enterLine, isArgumentError(parsed) ? `${interval.name}: ${parsed.why}` : unreadable)
      return
    }
    if (inertForm(name, fields)) this.passedThrough++
    else this.doNotKnow(interval)
  }

  private doNotKnow({ name, enterLine }: CallInterval): void {
    if (this.unmodelled[name] === undefined) this.leaveOpen(enterLine, `${name} is not modelled`)
    this.unmodelled[name] = (this.unmodelled[name] ?? 0) + 1
  }

  /** The identifier that Linux picked for what the call makes, known from the line on which it returns. */
  private givenBy(syscall: Syscall, interval: CallInterval): number | undefined {
    const { result } = interval
    const isMaker = syscall.makes === 'process' || syscall.makes === 'thread'
    if (isMaker && (result === undefined || result.kind === 'none')) return this.naming.expect()
    if (result?.kind !== 'value') return undefined
    if (isMaker) return result.value > 0 ? this.naming.fresh(result.value) : undefined
    if (syscall.form === 'TIOCGPTN') return this.shownNumber(interval)
    if (syscall.name === 'recvmsg') return rightsIn(respell(interval.name, interval.args).fields)
    return syscall.makes === 'mapping' ? result.value : undefined
  }

  /** The number behind the last pointer of a call: `[3]`. */
  private shownNumber({ args }: CallInterval): number | undefined {
    const shown = /\[(\d+)\]$/.exec(args)?.[1]
    return shown === undefined ? undefined : Number(shown)
  }

  private enterCall(tid: number, open: OpenCall): void {
    const { interval, call } = open
    const goal: Goal = { kind: 'call', tid, call }
    let verdict = this.follower.observe(goal)
    if (verdict === 'impossible' && this.mayGoOn(tid)) verdict = this.follower.observe(goal)
    if (verdict === 'explained') {
      this.modelled++
      this.hasForked ||= call.syscall.makes === 'process'
      if (movesBytes(call.syscall.name)) this.forgetAtOnce(tid)
      this.open.set(tid, open)
      this.noteWrites()
      return
    }
    if (verdict === 'undecided') this.giveUp(tid, interval.enterLine)
    else this.cannotCall(tid, open)
  }

  /** Bytes may have moved before the call is back. */
  private forgetAtOnce(tid: number): void {
    this.follower.amend((kernel) => {
      const thread = kernel.threads.get(tid)
      const answered = thread?.call === null || thread === undefined ? undefined : answer(kernel, thread, thread.call)
      if (answered !== undefined && isUndecided(answered)) answered.effect?.(kernel)
    })
  }

  /** Whether what the capture does not show lets a thread go on that the model holds back, or that it does not know. */
  private mayGoOn(tid: number): boolean {
    const thread = this.state().threads.get(tid)
    if (thread === undefined) this.hides('processes were made by calls that the capture does not show')
    if (!this.isHidden()) return false
    this.assume(this.hidden!)
    this.follower.amend((kernel) => {
      if (kernel.threads.has(tid)) revive(kernel, tid)
      else adopt(kernel, tid)
    })
    if (thread === undefined) this.guesses.appears(tid)
    return true
  }

  /** Children are not followed (no -f) if a process has some and no line ever bears a pid. */
  private isHidden(): boolean {
    if (this.hasForked && !this.namesPids) this.hides('the capture does not show children')
    return this.hidden !== undefined && this.options.byHand !== true
  }

  /** From here on what is not shown may explain what is not expected. */
  private hides(why: string): void {
    this.hidden ??= why
  }

  private cannotCall(tid: number, { interval, call }: OpenCall): void {
    const kernel = this.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined) {
      this.giveUp(tid, interval.enterLine, `${this.who(tid)} was made by a call that the capture does not show`)
      return
    }
    const due = kernel.fn.nextSignal(kernel, thread)
    const process = kernel.processOf(thread)
    const allowed =
      thread.due && due !== undefined
        ? describeSignals([due.info])
        : process.state === 'stopped'
          ? 'nothing: it is stopped'
          : thread.killed
            ? 'nothing: it is dying'
            : thread.state === 'in-call'
              ? `nothing: it is in ${thread.call!.syscall.name}`
              : `nothing: it is ${thread.state}`
    this.violate(
      interval.enterLine,
      tid,
      describeCall(interval),
      [allowed],
      [kernel.threads.key(tid), kernel.processes.key(thread.pid)],
      {
        rule: 'model/moves.ts mayCall()',
        source: call.syscall.source,
      },
    )
    this.lost.add(tid)
  }

  private leave(interval: CallInterval, pid: number, line: number): void {
    if (this.halves.delete(interval)) this.enter(interval)
    const tid = this.tidOf(interval.pid)
    const open = this.open.get(tid)
    if (open?.interval !== interval) return
    this.open.delete(tid)
    const { result } = interval
    if (result?.kind === 'none') this.options.onReturn?.(open.call.syscall, result)
    if (result === undefined || result.kind === 'none') return
    const back = this.tidOf(pid)
    const fields = interval.args === open.text ? open.fields : respell(interval.name, interval.args).fields
    const { syscall } = open.call
    const goal: Goal = {
      kind: 'return',
      tid: back,
      byWorld: result.kind === 'error' && this.isWorldly(back, open.call, result.errno),
      matches: (allowed, out, kernel) =>
        agreesOnResult(syscall, allowed, result, this.naming, kernel) &&
        differsAt(syscall, out, fields, this.naming) === undefined,
    }
    let verdict = this.follower.observe(goal)
    for (let tries = 0; tries < MOST_GUESSES && verdict === 'impossible'; tries++) {
      if (!this.guesses.explains(back, open.call, result)) break
      verdict = this.follower.observe(goal)
    }
    if (verdict === 'explained') {
      this.guesses.note(back, open.call, result)
      this.options.onReturn?.(syscall, result)
      this.noteWrites()
    } else if (verdict === 'undecided') {
      this.giveUp(tid, line)
    } else if (verdict === 'unmodelled') {
      this.passOver(open.call, line)
    } else {
      this.cannotReturn(back, open, line)
    }
  }

  /** The rule does not say what Linux does here: nothing is judged. */
  private passOver({ syscall }: Call, line: number): void {
    this.modelled--
    const open = this.follower.open
    if (syscall.name === 'pidfd_send_signal') this.hides('it is not known to which process a descriptor sent a signal')
    if (syscall.returns === 'restored') this.hides('the capture does not show signals')
    if (open?.harmless === true || syscall.returns === 'restored') this.passedThrough++
    else this.leaveOpen(line, `${syscall.hashAs}: ${open?.undecided ?? 'it is not known what it does'}`)
    this.noteWrites()
  }

  private cannotReturn(tid: number, { interval, call }: OpenCall, line: number): void {
    const result = interval.result!
    const { syscall } = call
    if (result.kind === 'error' && this.isWorldly(tid, call, result.errno)) {
      this.assume(`${syscall.name} failed with ${result.errno} for a reason outside the model`)
      this.goOn(tid)
      return
    }
    if (result.kind === 'value' && !this.options.closed && findsOld(syscall.name)) {
      this.leaveOpen(line, `${syscall.name} has found an object from before the capture`)
      this.goOn(tid)
      return
    }
    const isInterrupted = result.kind === 'restart' || (result.kind === 'error' && result.errno === 'EINTR')
    if (!this.options.closed && this.tellsOfOutsideSignal(interval)) {
      this.assume('a signal that is pending, or was taken, came from outside the model')
      this.goOn(tid)
      return
    }
    if (isInterrupted && !this.options.closed) {
      this.assume(
        'a call was interrupted by a signal, or by a tracer that came or went, which the capture does not show',
      )
      this.goOn(tid)
      return
    }
    const thread = this.state().threads.get(tid)
    if (thread?.state === 'returning' && thread.call?.syscall === syscall && !this.isHidden()) {
      // Another thread's call has decided this one's already, in every state that explains the lines before.
      const outcome = { result: thread.result!, ...(thread.out !== null && { out: thread.out }) }
      const key = this.state().threads.key(tid)
      this.violate(
        line,
        tid,
        describeCall(interval),
        [describeOutcome(syscall, outcome, this.naming)],
        [key],
        ruleOf(syscall),
      )
      this.goOn(tid)
      return
    }
    if (thread?.state !== 'in-call') {
      this.giveUp(tid, line)
      return
    }
    const reads = readRows(this.state(), (kernel) => answer(kernel, kernel.threads.at(tid), call))
    const allowed = reads.value
    if (isUndecided(allowed)) {
      if (result.kind === 'error' && result.errno === allowed.never && !this.isHidden()) {
        const keys = reads.keys.filter((key) => key !== this.state().threads.key(tid))
        this.violate(
          line,
          tid,
          describeCall(interval),
          [`${syscall.name} = anything but ${result.errno}`],
          keys,
          ruleOf(syscall),
        )
      }
      this.goOn(tid)
      return
    }
    if (this.isHidden()) {
      this.assume(this.hidden!)
      this.goOn(tid)
      this.follower.amend((kernel) => takeResult(kernel, tid, call, result))
      return
    }
    const keys = reads.keys.filter((key) => key !== this.state().threads.key(tid))
    const seen = describeCall(interval)
    const texts = allowedFor(this.state(), tid, call, this.naming) ?? []
    this.violate(line, tid, seen, texts, keys, ruleOf(syscall))
    this.goOn(tid, isBlocked(allowed) ? undefined : 0)
  }

  /** A wait for signals, or a look at those that are pending, has found one of which the capture shows no sender. */
  private tellsOfOutsideSignal({ name, args, result }: CallInterval): boolean {
    if (result?.kind !== 'value') return false
    const { fields } = respell(name, args)
    if (name === 'rt_sigpending') return true
    if (name !== 'rt_sigtimedwait' || result.value <= 0) return false
    const info = fields[1]?.value
    return isOutsideSignal(result.value, info, this.naming) || isFault(result.value, info)
  }

  /** An error that the world outside the model may cause, or a limit that was set before the capture. */
  private isWorldly(tid: number, { syscall, args }: Call, errno: string): boolean {
    if (syscall.name === 'kill' && this.isOwned(args.pid)) return false
    const isUnknown = syscall.environment === ERRNOS || !(ERRNOS as readonly string[]).includes(errno)
    if (isUnknown || (syscall.environment as readonly string[]).includes(errno)) return true
    if (!this.options.closed && failsByOthers(syscall.name, errno)) return true
    const thread = this.state().threads.get(tid)
    return errno === 'EMFILE' && thread !== undefined && this.state().processOf(thread).limits.NOFILE === Infinity
  }

  /** A process that only a process of the capture can reap, and has not reaped: it is there. */
  private isOwned(pid: unknown): boolean {
    const { processes } = this.state()
    const process = typeof pid === 'number' && pid >= this.first ? processes.get(pid) : undefined
    return process !== undefined && process.parent >= this.first && processes.has(process.parent)
  }

  /** The thread is taken back to user mode, after the outcome with this number if there is one. */
  private goOn(tid: number, choice?: number): void {
    this.follower.amend((kernel) => {
      const thread = kernel.threads.get(tid)
      if (thread === undefined) return
      const outcomes = choice === undefined || thread.call === null ? undefined : answer(kernel, thread, thread.call)
      if (
        outcomes !== undefined &&
        !isBlocked(outcomes) &&
        !isUndecided(outcomes) &&
        outcomes[choice!]?.noReturn !== true
      ) {
        outcomes[choice!]?.effect?.(kernel)
      }
      kernel.fn.leaveCall(kernel, tid)
      const row = kernel.threads.edit(tid)
      row.state = 'running'
      row.call = null
      row.result = null
      row.vforkChild = 0
    })
  }

  private signal(line: SignalLine): void {
    const tid = this.tidOf(line.pid)
    if (this.lost.has(tid)) return
    const parsed = line.info === '' ? undefined : parseValue(line.info)
    const info = parsed === undefined || isArgumentError(parsed) ? undefined : parsed
    const verdict = this.follower.observe({
      kind: 'signal',
      tid,
      matches: (allowed) =>
        allowed.signal === line.signal && (info === undefined || agreesOnSiginfo(allowed, info, this.naming)),
    })
    if (verdict === 'explained') {
      this.modelled++
      this.noteWrites()
    } else if (verdict === 'undecided') this.giveUp(tid, line.line)
    else this.unexplainedSignal(tid, line, info)
  }

  private unexplainedSignal(tid: number, line: SignalLine, info: ArgValue | undefined): void {
    const kernel = this.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined) return
    const isOutside = !this.options.closed && isOutsideSignal(line.signal, info, this.naming)
    if (isFault(line.signal, info) || isOutside || this.isHidden()) {
      this.assume(`${signalName(line.signal)} reached a process from outside the model`)
      this.follower.amend((copy) => {
        if (line.signal === SIGCONT) copy.fn.prepareSignal(copy, thread.pid, tid, SIGCONT)
        const row = copy.threads.edit(tid)
        row.pending = [{ signal: line.signal, code: 'SI_USER', pid: 0 }, ...row.pending]
      })
      this.follower.observe({ kind: 'signal', tid, matches: (allowed) => allowed.signal === line.signal })
      // It may have been this one that ended a sleep, and not the one by which the model explained that.
      this.follower.amend((copy) => {
        if (copy.threads.has(tid)) copy.threads.edit(tid).due = false
      })
      return
    }
    const due = kernel.processOf(thread).pending.concat(thread.pending)
    const keys = [kernel.threads.key(tid), kernel.processes.key(thread.pid)]
    this.violate(line.line, tid, `--- ${signalName(line.signal)} ${line.info} ---`, [describeSignals(due)], keys, {
      rule: 'model/functions/signals.ts deliveries()',
      source: 'signal(7); kernel/signal.c get_signal()',
    })
  }

  private stopped(line: StoppedLine): void {
    const tid = this.tidOf(line.pid)
    if (this.lost.has(tid)) return
    if (this.follower.observe({ kind: 'stopped', tid, signal: line.signal }) === 'explained') {
      this.modelled++
      this.noteWrites()
      return
    }
    const kernel = this.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined) return
    const { pending, stopSignal } = kernel.processOf(thread)
    const due = [...pending, ...thread.pending].find(({ signal }) => hasSignal(STOP_SIGNALS, signal))
    const stop = stopSignal === 0 ? (due?.signal ?? 0) : stopSignal
    this.violate(
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

  private dead(line: ExitedLine | KilledLine, matches: (status: number) => boolean, seen: string): void {
    const tid = this.tidOf(line.pid)
    this.open.delete(tid)
    if (this.lost.has(tid)) return
    const isOther = this.endsOtherwise(tid, line)
    const verdict = isOther ? 'impossible' : this.follower.observe({ kind: 'dead', tid, matches })
    if (verdict === 'explained') {
      this.modelled++
      this.noteWrites()
      this.guesses.ends(tid)
    } else if (verdict === 'undecided') this.giveUp(tid, line.line)
    else this.unexplainedDeath(tid, line, seen)
  }

  /** A thread is on its way to another end than the line tells, in every state. */
  private endsOtherwise(tid: number, line: ExitedLine | KilledLine): boolean {
    // A SIGKILL may have come in between; it leaves no line.
    if (line.kind === 'killed' && line.signal === SIGNALS.SIGKILL) return false
    const word = line.kind === 'killed' ? line.signal : line.code << 8
    return this.follower.states.every((kernel) => {
      const status = sealedStatus(kernel, tid)
      if (status === undefined || (line.kind === 'killed' && status.isAsked)) return false
      return status.words.every((sealed) => (sealed & ~CORE) !== word)
    })
  }

  private unexplainedDeath(tid: number, line: ExitedLine | KilledLine, seen: string): void {
    const kernel = this.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined) return
    const process = kernel.processOf(thread)
    if (line.kind === 'killed' && !this.options.closed && process.groupExit < 0) {
      this.assume(`a process was killed by ${signalName(line.signal)} from outside the capture`)
    } else {
      const sealed = sealedStatus(kernel, tid)?.words[0] ?? process.groupExit
      const allowed = sealed < 0 ? 'it lives: nothing has ended it' : describeDeath(sealed)
      this.violate(line.line, tid, seen, [allowed], [kernel.processes.key(thread.pid)], {
        rule: 'model/functions/signals.ts groupExit()',
        source: 'exit_group(2), wait(2); kernel/exit.c do_group_exit()',
      })
    }
    this.follower.amend((copy) =>
      copy.fn.groupExit(copy, thread.pid, line.kind === 'killed' ? line.signal : line.code << 8),
    )
    this.follower.observe({ kind: 'dead', tid, matches: () => true })
  }

  private giveUp(
    tid: number,
    line: number,
    why = `the orders and outcomes that could explain this are too many to follow`,
  ): void {
    this.leaveOpen(line, why)
    this.lost.add(tid)
  }

  /** Something is not followed here, so that from now on what looks impossible may come of it. */
  private leaveOpen(line: number, why: string): void {
    this.undecided.push({ line, why })
    this.blurredSince ??= { line, why }
  }

  private assume(what: string): void {
    this.assumptions.add(what)
  }

  private noteWrites(): void {
    const present = this.present!
    this.follower.eachTouched((key) => this.causes.note(key, present))
    this.causes.tidy(this.state(), present.line)
  }

  private who(tid: number): string {
    const real = this.naming.realOf(tid)
    return real === undefined ? `P${tid - this.first}` : `P${tid - this.first} (${real})`
  }

  /** What an earlier event was, for a reader who looks for a cause. */
  private describe(event: StitchEvent): string {
    const who = event.kind === 'message' ? '' : this.who(this.tidOf(event.pid))
    switch (event.kind) {
      case 'enter':
      case 'leave':
        return `${who} ${describeCall(event.call)}`
      case 'signal':
        return `${who} took ${signalName(event.signal)}`
      case 'exited':
        return `${who} exited with ${event.code}`
      case 'killed':
        return `${who} was killed by ${signalName(event.signal)}`
      default:
        return who
    }
  }

  private violate(
    line: number,
    tid: number,
    seen: string,
    allowed: readonly string[],
    keys: readonly number[],
    rule: { readonly rule: string; readonly source: string },
  ): void {
    if (this.blurredSince !== undefined) {
      const { line: since, why } = this.blurredSince
      this.undecided.push({
        line,
        why: `${this.who(tid)} ${seen} is not what the model expects, but since line ${since} (${why}) it may lag`,
      })
      return
    }
    if (this.isHidden()) {
      this.assume(this.hidden!)
      return
    }
    const cause = this.causes.latest(keys)
    const because = cause === undefined ? 'nothing before it says otherwise' : `line ${cause.line}, ${cause.text}`
    this.violations.push({ line, process: this.who(tid), seen, allowed, because, ...rule })
  }
}

/** The rest of its arguments is not shown, or not yet. */
const isHalf = ({ args }: CallInterval): boolean => args === '' || args.endsWith(',') || args.endsWith(', ')

/** Pids, or identifiers of System V objects, are others from here on. */
const entersNamespace = ({ name, args }: CallInterval): boolean =>
  name === 'setns' || (/^(clone3?|unshare)$/.test(name) && /CLONE_NEW(PID|IPC)/.test(args))

/** How many descriptors came with a message. */
function rightsIn(fields: readonly Field[]): number {
  const fds = fields[1]?.value
  return fds?.kind === 'array' ? fds.items.length : 0
}

/**
 * The wait status that a thread is about to leave, or that its process is: the only thread of a process has called
 * exit_group, or is dying; one of several has called exit, and none has ended them all. `isAsked`: its own call asks for
 * it, and has not taken effect yet.
 */
function sealedStatus(kernel: Kernel, tid: number): { words: readonly number[]; isAsked: boolean } | undefined {
  const thread = kernel.threads.get(tid)
  if (thread === undefined) return undefined
  const { threads, groupExit } = kernel.processOf(thread)
  const name = thread.state === 'in-call' ? thread.call!.syscall.name : ''
  const asked = ((thread.call?.args.status as number | undefined) ?? 0) & 0xff
  const isAlone = threads.length === 1
  if (groupExit >= 0) return isAlone ? { words: [groupExit, thread.exitStatus], isAsked: false } : undefined
  // An execve of another thread ends this one too, with 0.
  const isEnding = (other: number) => /^(exit_group|execve)/.test(kernel.threads.at(other).call?.syscall.name ?? '')
  if (name === 'exit' ? !threads.some(isEnding) : name === 'exit_group' && isAlone)
    return { words: [asked << 8], isAsked: true }
  return undefined
}

function describeDeath(status: number): string {
  return (status & 0x7f) === 0 ? `exited with ${status >> 8}` : `killed by ${signalName(status & 0x7f)}`
}

export type { CaptureVerdict }
