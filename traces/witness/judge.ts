import type { Patch } from '../../model/rules.ts'
import type { Ground } from '../check/ground.ts'
import { SELECTED } from '../check/hidden.ts'
import type { UndecidedLine, Violation } from '../check/verdict.ts'
import type { StitchEvent } from '../strace/interval.ts'
import { Consistency, type Told } from './consistency.ts'
import type { WitnessEvent } from './event.ts'
import type { Finding } from './finding.ts'
import { notingSteps, stepsTo } from './internal-steps.ts'
import { unmatchedRequests } from './lock-requests.ts'
import { compareSteps } from './model-steps.ts'
import type { Witness } from './open.ts'
import { pairOwnSteps, type Mismatch, type OwnSteps } from './own-steps.ts'
import { translated } from './numbers.ts'
import { ShownThreads, type Shown } from './shown.ts'
import { stepOf, type Step } from './step.ts'

/** Events too many or too few after the first, at the most: one fault is one finding. */
const MOST_FINDINGS = 3

/** What a second witness says of a capture. */
export interface WitnessReport {
  readonly file: string
  /** Events that it tells. */
  readonly events: number
  /** Steps of the capture and of the model that it bears out. */
  readonly matched: number
  readonly violations: readonly Violation[]
  readonly undecided: readonly UndecidedLine[]
}

/** Holds a witness against the lines of a capture, and against the steps that the model takes to explain them. */
export class WitnessJudge {
  private readonly witness: Witness
  private readonly shown = new ShownThreads()
  private line = 0
  private lastLine = 1
  private first: number | undefined

  constructor(witness: Witness) {
    this.witness = witness
  }

  /** Rules that write down what the witness can tell of. */
  get patch(): Patch {
    return notingSteps(() => this.line)
  }

  /** To be told of each event before it is checked. */
  see(event: StitchEvent): void {
    this.line = event.line
    this.lastLine = event.line
    if (event.kind !== 'message') this.first ??= event.pid
    this.shown.see(event)
  }

  finish(ground: Ground): WitnessReport {
    const { file, broken } = this.witness
    this.shown.finish()
    const { hidden } = ground
    const gap = broken ?? this.shown.gap ?? (hidden === SELECTED ? hidden : undefined)
    const report = { file, events: this.witness.events.length, matched: 0, violations: [], undecided: [] }
    if (gap !== undefined)
      return {
        ...report,
        undecided: [{ line: this.lastLine, why: `${gap}; nothing is said of the steps inside the kernel` }],
      }
    const events = this.inNumbersOfCapture()
    const own = this.judgeThreads(events)
    let { findings, matched } = own
    if (findings.length === 0) {
      const whole = this.judgeWhole(events, own, ground)
      findings = whole.findings
      matched += whole.matched
    }
    const violations = findings.slice(0, MOST_FINDINGS).map((finding) => this.violationOf(finding, ground))
    return { ...report, matched, violations }
  }

  private inNumbersOfCapture(): readonly WitnessEvent[] {
    const { events, otherNumbers } = this.witness
    return otherNumbers && this.first !== undefined ? translated(events, this.first, this.shown.byPid) : events
  }

  /** Each thread's own steps, in its own order. */
  private judgeThreads(events: readonly WitnessEvent[]): { findings: Finding[]; matched: number; told: Told } {
    const { localLocks, names, before, settled } = this.witness
    const isShown = (pid: number): boolean => this.shown.byPid.has(pid)
    const options = { sameNumbers: !this.shown.hasOtherNumbers, localLocks, isShown }
    const byThread = new Map<number, WitnessEvent[]>()
    for (const event of events) {
      const list = byThread.get(event.tid)
      if (list === undefined) byThread.set(event.tid, [event])
      else list.push(event)
    }
    const findings: Finding[] = []
    const threadForks = new Set<WitnessEvent>()
    const reaped = new Map<WitnessEvent, number>()
    let matched = 0
    for (const [pid, shown] of this.shown.byPid) {
      const steps: Step[] = []
      for (const seen of shown.seen) {
        const step = stepOf(seen, options)
        if (step !== undefined && names.has(step.event)) steps.push(step)
      }
      const mine = this.shownOf(pid, shown, byThread.get(pid) ?? [])
      const paired = pairOwnSteps(steps, mine, shown.isEnded)
      matched += paired.pairs.length
      noteForks(paired, threadForks)
      noteReaped(paired, reaped)
      if (paired.mismatch !== undefined) findings.push(findingOf(pid, paired.mismatch))
      else if (localLocks) findings.push(...unmatchedRequests(mine, shown.isEnded))
    }
    const { hasWorkers } = this.shown
    return { findings, matched, told: { threadForks, reaped, before: new Set(before), hasWorkers, settled } }
  }

  /** The events of a thread from where its lines begin: what strace did in it before it ran the command is not shown. */
  private shownOf(pid: number, { since }: Shown, events: readonly WitnessEvent[]): readonly WitnessEvent[] {
    const { before, clock } = this.witness
    if (before.length === 0) {
      if (pid !== this.first) return events
      const start = events.findIndex(({ name }) => name === 'sched_process_exec')
      return start < 0 ? events : events.slice(start)
    }
    return since === undefined || !before.includes(pid) ? events : events.filter(({ time }) => time + clock >= since)
  }

  /** The events among themselves; then, where the model has explained the capture, its steps against them. */
  private judgeWhole(
    events: readonly WitnessEvent[],
    { told }: { told: Told },
    ground: Ground,
  ): { findings: Finding[]; matched: number } {
    const { names, localLocks, before } = this.witness
    const consistency = new Consistency(told)
    for (const event of events) consistency.see(event)
    consistency.finish()
    const isExplained = ground.violations.length === 0 && ground.undecided.length === 0 && ground.hidden === undefined
    if (consistency.findings.length > 0 || !isExplained) return { findings: consistency.findings, matched: 0 }
    return compareSteps({
      states: ground.follower.states.map(stepsTo),
      events,
      pidOf: (process) => this.numberOf(ground.naming.realOf(process)),
      processOf: (tid) => consistency.processOf(tid),
      before: new Set(before),
      tellsLocks: localLocks && names.has('locks_remove_posix') && names.has('flock_lock_inode'),
    })
  }

  /** A number that one process or thread only has borne. */
  private numberOf(pid: number | undefined): number | undefined {
    const seen = pid === undefined ? undefined : this.shown.byPid.get(pid)?.seen
    return seen !== undefined && seen.filter(({ kind }) => kind === 'end').length <= 1 ? pid : undefined
  }

  private violationOf({ tid, line, event, seen, ...rest }: Finding, ground: Ground): Violation {
    const end = this.shown.byPid.get(tid)?.seen.findLast(({ kind }) => kind === 'end')
    const known = ground.naming.known(tid)
    const { file } = this.witness
    const told = event === undefined ? '' : `${file}:${event.line} `
    return {
      line: line ?? (end?.kind === 'end' ? end.line : this.lastLine),
      process: known === undefined ? String(tid) : ground.who(known),
      seen: `${told}${seen ?? event?.text ?? ''}`,
      allowed: [rest.allowed],
      because: rest.because,
      rule: rest.rule,
      source: rest.source,
    }
  }
}

function noteForks({ pairs }: OwnSteps, threadForks: Set<WitnessEvent>): void {
  for (const { step, event } of pairs)
    if (step.event === 'sched_process_fork' && step.text.includes('CLONE_THREAD')) threadForks.add(event)
}

/** Only a wait that says how the child ended has taken it. */
function noteReaped({ pairs }: OwnSteps, reaped: Map<WitnessEvent, number>): void {
  for (const { step, event } of pairs) {
    if (step.event !== 'sched_process_wait' || step.text.includes('WNOWAIT')) continue
    const child = /^wait4\(.*\[\{WIF(?:EXITED|SIGNALED)\(.* = (\d+)$/.exec(step.text)?.[1]
    if (child !== undefined) reaped.set(event, Number(child))
  }
}

function findingOf(tid: number, { line, step, event }: Mismatch): Finding {
  const rule = 'traces/witness/own-steps.ts'
  if (step === undefined) {
    const because = `line ${line} of the capture is the next of the thread of which the witness can tell`
    return { tid, line, event, allowed: 'nothing', because, rule, source: SOURCES[event!.name] }
  }
  const { event: name, text, source } = step
  const because = `line ${line} of the capture: ${text}`
  if (event === undefined)
    return { tid, line, event, seen: `the witness has no ${name} of it here`, allowed: name, because, rule, source }
  return { tid, line, event, allowed: `${name} that agrees with: ${text}`, because, rule, source }
}

const SOURCES: Readonly<Record<WitnessEvent['name'], string>> = {
  sched_process_fork: 'kernel/fork.c kernel_clone()',
  sched_process_exec: 'fs/exec.c exec_binprm()',
  sched_process_exit: 'kernel/exit.c do_exit()',
  sched_process_wait: 'kernel/exit.c do_wait()',
  sched_process_free: 'kernel/exit.c release_task()',
  signal_generate: 'kernel/signal.c __send_signal_locked()',
  signal_deliver: 'kernel/signal.c get_signal()',
  fcntl_setlk: 'fs/locks.c fcntl_setlk()',
  posix_lock_inode: 'fs/locks.c posix_lock_inode()',
  locks_remove_posix: 'fs/locks.c locks_remove_posix()',
  flock_lock_inode: 'fs/locks.c flock_lock_inode()',
}
