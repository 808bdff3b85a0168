import {
  FOLLOW_DEFAULTS,
  Follower,
  type FollowOptions,
  type Goal,
  type Reach,
  type Verdict,
} from '../../model/follow.ts'
import type { Kernel } from '../../model/kernel.ts'
import { SIGCHLD, signalName } from '../../model/signals.ts'
import { answer, isBlocked, isUndecided, type Syscall } from '../../model/syscall.ts'
import type { StitchEvent } from '../strace/interval.ts'
import { Naming } from '../strace/naming.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { NOTHING_AT_FIRST, type AtFirst } from './at-first.ts'
import { Blur } from './blur.ts'
import { Causes, type Cause } from './causes.ts'
import { describeCall } from './describe.ts'
import { EventCounts } from './event-counts.ts'
import { Evidence, type Contradiction } from './evidence.ts'
import { Families } from './families.ts'
import {
  type Ahead,
  isGivenLater,
  isMadeLater,
  isRefusedAgain,
  isTakenForGood,
  isTakenLater,
  usesUnmade,
} from './ahead.ts'
import { InheritedGroups } from './inherited-groups.ts'
import { InheritedSignals } from './inherited-signals.ts'
import { Guesses } from './guesses.ts'
import { Offsets } from './offsets.ts'
import { OpenCalls } from './open-calls.ts'
import { Patience } from './patience.ts'
import { QueueLimits } from './queue-limits.ts'
import { Setters } from './setters.ts'
import { Unshown } from './unshown.ts'
import type { UndecidedLine, Violation } from './verdict.ts'
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
  /** The names of the calls that its beginning shows. */
  readonly beginning?: readonly string[]
  /** What its beginning shows of how things were when it began. */
  readonly atFirst?: AtFirst
  /** The events to come, as far as they have been read. */
  readonly ahead?: Ahead
  /** The lines come from files of several processes, so that the order of those with equal times is a guess. */
  readonly merged?: boolean
  /** Told of each call that came back as the model allows, or never, for those who count what captures exercise. */
  readonly onReturn?: (syscall: Syscall, result: SeenResult) => void
}

/** States looked at in search of an explanation that what is not shown gives as well. */
const MOST_SEARCHED = 256

const MOST_MOVERS = 2048

/** Searches that may be in vain before most are left out: among the moves of all, and of one other, for whatever and for what is alike. */
const MOST_VAIN_WIDE = 8
const MOST_VAIN_NEAR = 64
const MOST_VAIN_ALIKE = 24

/** On what a violation rests. */
interface Grounds {
  readonly why?: Cause | undefined
  readonly isOfDescriptors?: boolean
  readonly isApart?: boolean
}

/** What the parts of the check share: the states that explain one capture so far, and what was found. */
export class Ground {
  readonly violations: Violation[] = []
  readonly undecided: UndecidedLine[] = []
  readonly assumptions = new Set<string>()
  /** Calls that the check does not know, and how many there were of each. */
  readonly unmodelled: Record<string, number> = {}
  events = 0
  modelled = 0
  passedThrough = 0
  readonly options: CheckOptions
  /** The number of the first traced process in the model. */
  readonly first: number
  readonly naming: Naming
  readonly follower: Follower
  readonly guesses: Guesses
  readonly families: Families
  readonly inherited: InheritedSignals
  readonly atFirst: AtFirst
  readonly inheritedGroups = new InheritedGroups()
  readonly unshown: Unshown
  readonly evidence: Evidence
  readonly offsets = new Offsets()
  readonly counts = new EventCounts()
  readonly setters = new Setters()
  readonly queueLimits = new QueueLimits()
  readonly open = new OpenCalls()
  /** Threads that the check has lost: what they do is not judged any more. */
  readonly lost = new Set<number>()
  /** Tables of descriptors under which a POSIX lock was set. */
  readonly lockers = new Set<number>()
  /** Processes whose calls a filter may answer in the place of the kernel. */
  readonly filtered = new Set<number>()
  /** Threads that have come back from a call under a mask of signals that was not shown. */
  readonly unknownMasks = new Set<number>()
  /** Processes that have taken SIGHUP. */
  readonly hungUp = new Set<number>()
  /** Somebody has made a descriptor from which others come when it is read. */
  hasFanotify = false
  /** Somebody has gone to another directory. */
  hasMoved = false
  /** Somebody has attached a shared memory segment. */
  hasSegments = false
  /** Somebody has a ring, through which descriptors are made and closed by no call. */
  hasRing = false
  /** Signals are shown at all. */
  showsSignals: boolean
  /** So is SIGCHLD, which strace can be told to pass over (-e signal=!SIGCHLD). */
  showsChildren: boolean
  /** Lines bear pids, as they do when children are followed. */
  namesPids = false
  hasForked = false
  /** The last thread that has appeared before a call has told of it. */
  newcomer = 0
  /** Processes have appeared that no call has made. */
  hasStrangers = false
  present: StitchEvent | undefined
  /** What is left of it for searches where not all is shown. */
  private readonly wide = new Patience(MOST_VAIN_WIDE)
  private readonly near = new Patience(MOST_VAIN_NEAR)
  private readonly nearOf: Partial<Record<Goal['kind'], Map<string, Patience>>> = {}
  /** Why what is not shown may explain what the model does not expect. */
  hidden: string | undefined
  /** Where the model may lag behind what happened: it has lost a thread, or met a call that it does not know. */
  readonly blur = new Blur()
  /** What last wrote each row. */
  private readonly causes = new Causes((event) => this.describe(event))

  constructor({ kernel, first }: World, options: CheckOptions) {
    this.options = options
    this.atFirst = options.atFirst ?? NOTHING_AT_FIRST
    this.showsSignals = this.atFirst.shown.size > 0
    this.showsChildren = this.atFirst.shown.has(SIGCHLD)
    this.inherited = new InheritedSignals(this.atFirst.open)
    this.first = first
    this.naming = new Naming(first, options.closed, options.byHand)
    this.follower = new Follower(kernel, {
      ...FOLLOW_DEFAULTS,
      isHidden: (tid) => tid < first,
      untraced: options.byHand === true,
      ...options.follow,
    })
    if (options.hidden !== undefined) this.hides(options.hidden)
    this.evidence = new Evidence({
      isOrdered: options.merged !== true,
      first: options.hidden === undefined ? first : undefined,
    })
    const { inheritedKnown, closed } = options
    this.families = new Families(closed || this.atFirst.keepsZombies)
    this.unshown = new Unshown(options.beginning ?? [])
    this.guesses = new Guesses(this.follower, { known: inheritedKnown === true, closed }, (what) => this.assume(what))
  }

  state(): Kernel {
    return this.follower.states[0]!
  }

  /**
   * Where what is not shown may be the reason, that there are too many explanations is as good as none; and where searches
   * were in vain of late only some are made. `isSure`: what is seen is judged all the same. `most`: what is seen is put
   * down to what is not shown, or not modelled, unless it can be explained so far.
   */
  observe(goal: Goal, isSure = false, most: Reach = 'wide'): Verdict {
    if (!this.isHidden()) return this.follower.observe(goal, most)
    const thread = this.state().threads.get(goal.tid)
    const name = (goal.kind === 'call' ? goal.call : thread?.call)?.syscall.name ?? ''
    const withOne = this.nearOf[goal.kind]?.get(name)
    const isOwn = (withOne?.rests === true || this.near.rests) && (thread !== undefined || !this.isMade(goal.tid))
    const reach = isSure ? 'wide' : isOwn ? 'own' : most === 'wide' && this.wide.rests ? 'near' : most
    const verdict = this.follower.observe(goal, reach)
    const isFound = verdict === 'explained' || verdict === 'unmodelled'
    const { reached } = this.follower
    if (!isFound && !isSure) {
      this.patienceFor(goal.kind, name).inVain(reach !== 'own')
      this.near.inVain(reach !== 'own')
      if (reach !== 'own') this.wide.inVain(reach === 'wide')
    } else if (isFound && reached !== 'own') {
      withOne?.rewarded()
      this.near.rewarded()
      if (reached === 'wide') this.wide.rewarded()
    }
    return verdict === 'undecided' ? 'impossible' : verdict
  }

  /** Somebody is in the call that makes the thread. */
  private isMade(tid: number): boolean {
    return this.state().threads.count(({ call }) => call?.given === tid) > 0
  }

  /** For searches among the moves of one other thread, for goals of that kind about that call. */
  private patienceFor(kind: Goal['kind'], call: string): Patience {
    const alike = (this.nearOf[kind] ??= new Map<string, Patience>())
    let patience = alike.get(call)
    if (patience === undefined) alike.set(call, (patience = new Patience(MOST_VAIN_ALIKE)))
    return patience
  }

  /** A filter decides what calls of the process return. Source: seccomp(2). */
  isFiltered(tid: number): boolean {
    return this.filtered.size > 0 && this.filtered.has(this.state().threads.get(tid)?.pid ?? 0)
  }

  /** The model's number of a thread; its first line may come before the call that makes it returns. */
  tidOf(pid: number): number {
    const known = this.naming.find(pid)
    if (known !== undefined && (this.state().threads.has(known) || known >= this.first)) return known
    return (this.newcomer = this.naming.fresh(pid))
  }

  /** The thread is taken back to user mode, after the outcome with this number if there is one. */
  goOn(tid: number, choice?: number): void {
    this.follower.amend((kernel) => {
      const thread = kernel.threads.get(tid)
      if (thread === undefined) return
      const outcomes = choice === undefined || thread.call === null ? undefined : answer(kernel, thread, thread.call)
      if (
        outcomes !== undefined &&
        !isBlocked(outcomes) &&
        !isUndecided(outcomes) &&
        outcomes[choice!]?.noReturn !== true &&
        // Who waits for the child of its vfork has made it.
        !kernel.threads.has(thread.call?.given ?? 0)
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

  /** Lines to come show that the descriptor is free now: it is given out before anybody has closed it. */
  isGivenLater(tid: number, fd: number): boolean {
    const pid = this.naming.realOf(tid)
    return isGivenLater(this.options.ahead ?? [], this.isWhole(tid) ? pid : undefined, fd)
  }

  /** Lines to come show that the thread keeps back a signal that it has to take. */
  isTakenLater(tid: number, signal: number): boolean {
    const pid = this.naming.realOf(tid)
    return pid !== undefined && isTakenLater(this.options.ahead ?? [], pid, signal)
  }

  /** Lines to come show that these descriptors of the thread's, from one to before another, are not free. */
  isTakenForGood(tid: number, lowest: number, given: number): boolean {
    const pid = this.naming.realOf(tid)
    return pid !== undefined && isTakenForGood(this.options.ahead ?? [], pid, [lowest, given])
  }

  /** Lines to come show that the thread has descriptors which no call makes. */
  usesUnmade(tid: number): boolean {
    const pid = this.naming.realOf(tid)
    const kernel = this.state()
    const thread = kernel.threads.get(tid)
    const isOpen = (fd: number) => thread !== undefined && kernel.fn.slotOf(kernel, thread, fd) !== 0
    return pid !== undefined && usesUnmade(this.options.ahead ?? [], pid, isOpen)
  }

  /** Lines to come show that the descriptor does not wait. */
  isRefusedAgain(tid: number, fd: number): boolean {
    const pid = this.naming.realOf(tid)
    return pid !== undefined && isRefusedAgain(this.options.ahead ?? [], pid, fd)
  }

  /** Lines to come show the call that makes the thread, which is not entered yet. */
  isMadeLater(pid: number): boolean {
    return isMadeLater(this.options.ahead ?? [], pid)
  }

  /** Children are not followed (no -f) if a process has some and no line ever bears a pid. */
  isHidden(): boolean {
    if (this.hasForked && !this.namesPids) this.hides('the capture does not show children')
    return this.hidden !== undefined && this.options.byHand !== true
  }

  /** What calls of the process do to its own descriptors and children is shown, from its beginning. */
  isWhole(tid: number): boolean {
    return !this.hasStrangers && !this.hasRing && this.evidence.speaks && this.evidence.isWhole(tid)
  }

  /** From here on what is not shown may explain what is not expected. */
  hides(why: string): void {
    this.hidden ??= why
    this.follower.searchAtMost(MOST_SEARCHED, MOST_MOVERS)
  }

  giveUp(
    tid: number,
    line: number,
    why = `the orders and outcomes that could explain this are too many to follow`,
  ): void {
    this.leaveOpen(line, why, tid)
    this.lost.add(tid)
    // What is not expected from here on is put down to this line, so that little is gained by a long search.
    this.follower.searchAtMost(MOST_SEARCHED, MOST_MOVERS)
  }

  /** Something that a thread, or nobody knows who, does is not followed here: from now on what looks impossible may come of it. */
  leaveOpen(line: number, why: string, tid?: number): void {
    this.undecided.push({ line, why })
    this.blurs(line, why, tid)
  }

  /** As `leaveOpen`, of what has been told before. */
  blurs(line: number, why: string, tid: number | undefined): void {
    const pid = this.state().threads.get(tid ?? 0)?.pid
    this.blur.begins(line, why, this.follower.states, pid)
    if (pid === undefined) this.evidence.losesCalls()
    else this.evidence.losesCallsOf(pid)
  }

  assume(what: string): void {
    this.assumptions.add(what)
  }

  noteWrites(): void {
    const present = this.present!
    this.follower.eachTouched((key) => this.causes.note(key, present))
    this.causes.tidy(this.state(), present.line)
  }

  who(tid: number): string {
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

  /** What has been found out since shows that these were no violations. */
  withdraw(isNone: (violation: Violation) => boolean): void {
    const kept = this.violations.filter((violation) => !isNone(violation))
    this.violations.splice(0, this.violations.length, ...kept)
  }

  /** A line contradicts another, whatever is not shown; where the model is sure, it judges by itself. */
  contradict(
    line: number,
    tid: number,
    seen: string,
    found: Contradiction | undefined,
    rule: { readonly rule: string; readonly source: string },
  ): void {
    if (found === undefined || !this.evidence.speaks || (!this.isHidden() && this.blur.since === undefined)) return
    const because = `line ${found.cause.line}, ${found.cause.text}`
    this.violations.push({ line, process: this.who(tid), seen, allowed: [found.allowed], because, ...rule })
  }

  /** Lines contradict each other in what the model does not judge: `since` is the earlier one. */
  report(
    line: number,
    tid: number,
    seen: string,
    allowed: string,
    since: number | undefined,
    rule: { readonly rule: string; readonly source: string },
  ): void {
    if (this.blur.since !== undefined) return
    const because = since === undefined ? 'it has not ended' : `line ${since}, it ended`
    this.violations.push({ line, process: this.who(tid), seen, allowed: [allowed], because, ...rule })
  }

  /**
   * `isOfDescriptors`: it depends on nothing but which descriptors are open. `isApart`: nothing that was not followed can
   * be behind it.
   */
  violate(
    line: number,
    tid: number,
    seen: string,
    allowed: readonly string[],
    keys: readonly number[],
    rule: { readonly rule: string; readonly source: string },
    { why, isOfDescriptors = false, isApart = false }: Grounds = {},
  ): void {
    const process = this.who(tid)
    if (this.blur.since !== undefined) {
      const { line: since, why } = this.blur.since
      if (!isApart) {
        this.undecided.push({
          line,
          why: `${process} ${seen} is not what the model expects, but since line ${since} (${why}) it may lag`,
        })
        this.blurs(line, why, tid)
        return
      }
      if (this.violations.some((violation) => violation.line === line && violation.process === process)) return
    }
    if (this.isHidden() && !(isOfDescriptors && this.isWhole(tid))) {
      this.assume(this.hidden!)
      return
    }
    const cause = why ?? this.causes.latest(keys)
    const because = cause === undefined ? 'nothing before it says otherwise' : `line ${cause.line}, ${cause.text}`
    this.violations.push({ line, process, seen, allowed, because, ...rule })
  }
}
