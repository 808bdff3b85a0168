import { boot } from '../../model/boot.ts'
import { Follower, type Goal } from '../../model/follow.ts'
import type { Kernel } from '../../model/kernel.ts'
import { linux } from '../../model/linux.ts'
import { isHandle } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import { answer, isUndecided, type Call, type Syscall } from '../../model/syscall.ts'
import { agreesOnOut, agreesOnResult, agreesOnSignal } from './agree.ts'
import { Bindings } from './bindings.ts'
import { withoutProcess } from './line-pattern.ts'
import type { LiveRun, LiveSight } from './live-run.ts'
import { transcriptOf } from './live-transcript.ts'
import { snapshotDifferences } from './snapshot.ts'
import { Absences } from './target.ts'

/** What the model says of a live run. */
export type LiveVerdict =
  | { readonly verdict: 'allowed'; readonly follower: Follower; readonly bindings: Bindings }
  /** The first sight that the model does not allow, by its place among the sights; the states before it. */
  | {
      readonly verdict: 'divergence'
      readonly at: number
      readonly follower: Follower
      readonly bindings: Bindings
      /** What /proc shows otherwise, when the sight is a snapshot. */
      readonly differences: readonly string[]
    }
  | { readonly verdict: 'undecided'; readonly why: string }
  /** The target said that it does not have what was asked for, or is known not to; up to there all was allowed. */
  | { readonly verdict: 'absent'; readonly what: string }

export interface JudgeOptions {
  readonly rules?: Rules
  /** The run had no rights of root's. */
  readonly unprivileged?: boolean
  /** What a target that ran it lacks. */
  readonly absences?: Absences
}

/** When the usual search was not enough: more states looked at and followed at once, and no order given up. */
const WIDE = { maxSearch: 20_000, maxStates: 512, checkpointEvery: Infinity }

const NOTHING_ABSENT = new Absences()

const TOO_MANY = 'the orders and outcomes that could explain this are too many to follow'

/** Whether some path of the model explains all that was seen. */
export function judge(run: LiveRun, options: JudgeOptions = {}): LiveVerdict {
  if (run.trouble !== undefined) return { verdict: 'undecided', why: run.trouble }
  const first = follow(run, options, {})
  if (
    first.verdict === 'allowed' ||
    first.verdict === 'absent' ||
    (first.verdict === 'undecided' && first.why !== TOO_MANY)
  )
    return first
  // The usual search gives up orders that it passed long ago; before anything is called impossible all are kept.
  return follow(run, options, WIDE)
}

function follow(run: LiveRun, options: JudgeOptions, budget: object): LiveVerdict {
  const { rules = linux, unprivileged = false, absences = NOTHING_ABSENT } = options
  const kernel = boot(rules, run.made.get(0))
  if (unprivileged) for (const { pid } of kernel.processes.rows()) kernel.processes.edit(pid).privileged = false
  const follower = new Follower(kernel, { untraced: true, unwatched: true, ...budget })
  const bindings = new Bindings()
  for (const [at, sight] of run.sights.entries()) {
    const goal = goalOf(run, sight, rules, bindings)
    if (goal === undefined) continue
    const lacked = sight.kind === 'enter' ? syscallOf(run, sight, rules) : undefined
    if (lacked !== undefined && absences.lacks(lacked)) return { verdict: 'absent', what: lacked.hashAs }
    const shown = run.sights[at + 1]
    if (goal.kind === 'settled' && shown?.kind === 'snapshot') {
      const texts = shown.texts.filter(({ key }) => absences.shows(key))
      const differences = (state: Kernel) => snapshotDifferences(texts, state, bindings, absences)
      const matches = (state: Kernel) => differences(state).length === 0
      const explained = follower.observe({ ...goal, matches })
      if (explained === 'explained') continue
      if (explained === 'undecided') return { verdict: 'undecided', why: TOO_MANY }
      if (follower.observe(goal) === 'explained') {
        const found = differences(follower.states[0]!)
        return { verdict: 'divergence', at: at + 1, follower, bindings, differences: found }
      }
      return { verdict: 'divergence', at, follower, bindings, differences: [] }
    }
    switch (follower.observe(goal)) {
      case 'explained':
        continue
      case 'impossible': {
        const missing = missingFor(run, at, rules, absences)
        if (missing !== undefined) return { verdict: 'absent', what: missing }
        const worldly = worldlyError(run, sight, rules)
        if (worldly !== undefined) return { verdict: 'undecided', why: worldly }
        const open = openCall(follower.states[0]!)
        if (open !== undefined) return { verdict: 'undecided', why: open }
        return { verdict: 'divergence', at, follower, bindings, differences: [] }
      }
      case 'undecided':
        return { verdict: 'undecided', why: TOO_MANY }
      case 'unmodelled':
        return { verdict: 'undecided', why: `${callOf(run, sight)} is not modelled here` }
    }
  }
  return { verdict: 'allowed', follower, bindings }
}

/** A call is under way of which the model does not say what it does: what it did may be what was seen. */
function openCall(state: Kernel): string | undefined {
  for (const thread of state.threads.rows()) {
    if (thread.state !== 'in-call') continue
    const answered = answer(state, thread, thread.call!)
    if (isUndecided(answered)) return `${thread.call!.syscall.hashAs}: ${answered.undecided}`
  }
  return undefined
}

const syscallOf = (run: LiveRun, { index }: { readonly index: number }, rules: Rules): Syscall =>
  rules.syscalls.get(run.program.steps[index]!.call)!

/** What a target says it does not have, by an answer that is otherwise wrong. */
function missingFor(run: LiveRun, at: number, rules: Rules, absences: Absences): string | undefined {
  const sight = run.sights[at]!
  if (sight.kind !== 'leave' || typeof sight.result !== 'string') return undefined
  const syscall = syscallOf(run, sight, rules)
  const line = () => withoutProcess(transcriptOf(run, rules, at).at(-1) ?? '')
  return absences.answeredBy(syscall, sight.result, line) ? `${syscall.hashAs} = ${sight.result}` : undefined
}

/** An error that the world outside the model may cause: permissions, memory. */
function worldlyError(run: LiveRun, sight: LiveSight, rules: Rules): string | undefined {
  if (sight.kind !== 'leave' || typeof sight.result !== 'string') return undefined
  const { call } = run.program.steps[sight.index]!
  const { environment } = rules.syscalls.get(call)!
  if (!(environment as readonly string[]).includes(sight.result)) return undefined
  return `${call} failed with ${sight.result}, for a reason outside the model`
}

const callOf = (run: LiveRun, sight: LiveSight): string =>
  'index' in sight && sight.kind !== 'snapshot' ? (run.program.steps[sight.index]?.call ?? sight.kind) : sight.kind

function goalOf(run: LiveRun, sight: LiveSight, rules: Rules, bindings: Bindings): Goal | undefined {
  switch (sight.kind) {
    case 'enter': {
      const { tid, index, args } = sight
      return { kind: 'call', tid, call: calledAs(run, index, args, rules, bindings) }
    }
    case 'leave': {
      const { tid, index, result, out } = sight
      const syscall = rules.syscalls.get(run.program.steps[index]!.call)!
      return {
        kind: 'return',
        tid,
        late: true,
        matches: (allowed, allowedOut, kernel) =>
          agreesOnOut(syscall, allowedOut, out) && agreesOnResult(syscall, allowed, result, bindings, kernel),
      }
    }
    case 'signal':
      return {
        kind: 'signal',
        tid: sight.tid,
        matches: (info: Siginfo) => agreesOnSignal(info, sight),
        late: sight.signal,
      }
    case 'gone': {
      const { tid, status: seen } = sight
      return { kind: 'dead', tid, matches: (status) => seen === undefined || status === seen }
    }
    case 'settled':
      return { kind: 'settled', tid: 0, standings: sight.standings }
    case 'exit':
    case 'snapshot':
      return undefined
  }
}

/** A call with the numbers of the run, and those of the model where it has its own. */
function calledAs(
  run: LiveRun,
  index: number,
  seen: Readonly<Record<string, unknown>>,
  rules: Rules,
  bindings: Bindings,
): Call {
  const step = run.program.steps[index]!
  const syscall = rules.syscalls.get(step.call)!
  const args: Record<string, unknown> = {}
  for (const [name, param] of Object.entries(syscall.params)) {
    if (param.kind === 'out') continue
    const value = seen[name]
    args[name] =
      param.kind === 'object' && isHandle(step.args[name]) ? bindings.known(param.of, value as number) : value
  }
  const given = givenBy(run, index, syscall)
  return { syscall, args, ...(given !== undefined && { given }) }
}

/** From here on are the numbers of processes that nobody has seen, above those of which any is. */
const UNSEEN = 1 << 20

/** The number that Linux picked for what the call made. */
function givenBy(run: LiveRun, index: number, { makes, form }: Syscall): number | undefined {
  const { result, out } = run.results[index]!
  const number = typeof result === 'number' ? result : undefined
  if (makes === 'process' || makes === 'thread') return run.made.get(index + 1) ?? number ?? UNSEEN + index
  if (form === 'TIOCGPTN') return out?.number as number | undefined
  return makes === 'mapping' ? number : undefined
}
