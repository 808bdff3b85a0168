import type { Goal, Verdict } from '../../model/follow.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import type { Field } from '../strace/values.ts'
import { isCutShort } from './cut-short.ts'
import { forgetsWithOthers } from './forget-at-once.ts'
import { isMaker } from './given.ts'
import type { Ground } from './ground.ts'
import { HeldNumbers } from './held-numbers.ts'
import { INJECTED, isInjected } from './injected.ts'
import { isRefuted, noteEvidence, noteFamily } from './kinship.ts'
import { agreesOnResult, differsAt } from './match.ts'
import { isOfAnother } from './namesakes.ts'
import { installOpaque } from './opaque-calls.ts'
import type { OpenCall } from './open-calls.ts'
import type { Promises } from './promises.ts'
import { cannotReturn, isOfDescriptors, isOfSpaces, isWorldly, passOver } from './refused.ts'
import { respell } from './respell.ts'
import { tellsOfSilent } from './silent.ts'
import { StaleResults } from './stale-results.ts'
import { continuesUnseen, killsUnseen } from './signals-from-outside.ts'

/** Guesses about one line, at the most. */
const MOST_GUESSES = 3

/** Events of others after which a return is looked at anew, at the most. */
const MOST_TRIES = 16

/** A call that is back: `tid` made it, and comes back as `back`. */
interface Returned {
  readonly interval: CallInterval
  readonly open: OpenCall
  readonly tid: number
  readonly back: number
  readonly line: number
  readonly fields: readonly Field[]
  readonly goal: Goal & { kind: 'return' }
  readonly isSure: boolean
}

/** What becomes of lines that show what a call came back with: it is allowed, explained by what is not shown, or neither. */
export class Returns {
  private readonly ground: Ground
  private readonly promises: Promises
  private readonly held = new HeldNumbers()
  private readonly stale = new StaleResults()
  /** Calls of merged files that have returned before that could be explained, by thread. */
  private readonly late = new Map<number, { readonly returned: Returned; tries: number }>()

  constructor(ground: Ground, promises: Promises) {
    this.ground = ground
    this.promises = promises
  }

  /** Some thread begins the call of this name. */
  entered(name: string): void {
    this.stale.entered = name
  }

  /** Line `line` shows that the call is back, under the number `pid`, which execve may have changed. */
  leave(interval: CallInterval, pid: number, line: number): void {
    const { ground } = this
    const tid = ground.tidOf(interval.pid)
    const open = ground.open.get(tid)
    if (open?.interval !== interval) return
    ground.open.leaves(tid)
    this.promises.left(tid)
    const { result } = interval
    if (result?.kind === 'none') ground.options.onReturn?.(open.call.syscall, result)
    if (result === undefined || result.kind === 'none') return
    const back = ground.tidOf(pid)
    if (isInjected(interval)) {
      ground.assume(INJECTED)
      ground.goOn(back)
      return
    }
    if (this.stale.isStale(ground, back, interval)) {
      this.stale.pass(ground, back)
      return
    }
    const fields = interval.args === open.text ? open.fields : respell(interval.name, interval.args).fields
    const { syscall } = open.call
    const isMisnamed = isOfAnother(ground, back, open.call, interval)
    const goal: Goal & { kind: 'return' } = {
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
    // A cycle of waits is looked for among those of the capture before it is put down to others.
    let verdict = isDeadlock(result) ? ground.observe({ ...goal, byWorld: false }, isSure, 'near') : 'impossible'
    if (verdict === 'impossible') verdict = ground.observe(goal, isSure)
    if (verdict === 'impossible' || verdict === 'undecided') {
      const again = () => (verdict = ground.observe(goal, isSure)) === 'explained'
      this.held.explains(ground, back, open.call, result, interval.enterLine, again)
    }
    if ((verdict === 'impossible' || verdict === 'undecided') && forgetsWithOthers(ground, back))
      verdict = ground.observe(goal, isSure)
    const returned: Returned = { interval, open, tid, back, line, fields, goal, isSure }
    if (verdict === 'impossible' && ground.options.merged === true) {
      ground.open.enters(tid, open)
      this.late.set(tid, { returned, tries: 0 })
      return
    }
    this.conclude(returned, verdict)
  }

  /**
   * An event of the thread follows, or nothing does any more (undefined): what looked impossible when calls had ended by the
   * times of merged files is impossible if it is so now. Durations are counted from when strace has printed the arguments,
   * and so may end before the call did; others are known to have acted meanwhile.
   */
  settle(before: number | undefined): void {
    if (this.late.size === 0) return
    const { ground } = this
    const tid = before === undefined ? undefined : ground.tidOf(before)
    for (const [late, waiting] of this.late) {
      const { returned } = waiting
      const isLast = tid === undefined || tid === late
      if (!isLast && waiting.tries++ >= MOST_TRIES) continue
      const verdict = ground.observe(returned.goal, returned.isSure)
      if (!isLast && verdict === 'impossible') continue
      this.late.delete(late)
      ground.open.leaves(late)
      this.conclude(returned, verdict)
    }
  }

  private conclude({ interval, open, tid, back, line, fields, goal, isSure }: Returned, found: Verdict): void {
    const { ground } = this
    const { syscall } = open.call
    const result = interval.result!
    let verdict = found
    for (let tries = 0; tries < MOST_GUESSES && verdict === 'impossible'; tries++) {
      const isGuessed =
        ground.guesses.explains(back, open.call, result, fields) ||
        ground.inherited.explains(ground, back, open.call, result, fields) ||
        ground.inheritedGroups.explains(ground, back, open.call, result) ||
        ground.queueLimits.explains(ground, back, open.call, fields) ||
        ground.unshown.behindReturn(ground, back, open, result) ||
        tellsOfSilent(ground, syscall, interval) ||
        killsUnseen(ground) ||
        continuesUnseen(ground)
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
      if (isMaker(syscall) && asksForPidfd(interval.args)) makePidfd(ground, back, result)
      ground.noteWrites()
      this.promises.othersLook(ground)
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
}

const isDeadlock = (result: SeenResult): boolean => result.kind === 'error' && result.errno === 'EDEADLK'

/** The maker has a descriptor for the new process too. Source: clone(2) CLONE_PIDFD. */
function makePidfd({ follower, naming }: Ground, tid: number, result: SeenResult): void {
  const pid = result.kind === 'value' ? (naming.find(result.value) ?? 0) : 0
  if (pid !== 0) follower.amend((kernel) => void installOpaque(kernel, kernel.threads.at(tid), true, pid))
}

/** CLONE_PIDFD, by name or number. */
const asksForPidfd = (args: string): boolean =>
  args.includes('CLONE_PIDFD') || Math.floor(Number(/flags=(0x[0-9a-f]+)/.exec(args)?.[1] ?? 0) / 0x1000) % 2 === 1
