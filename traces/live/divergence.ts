import type { Kernel } from '../../model/kernel.ts'
import { NameBook } from '../../model/notation/names.ts'
import { printResult } from '../../model/notation/print.ts'
import { printOut } from '../../model/notation/values.ts'
import { INIT } from '../../model/functions/signals.ts'
import type { Rules } from '../../model/rules.ts'
import { standingOf } from '../../model/settled.ts'
import { signalName } from '../../model/signals.ts'
import { answer, isBlocked, isUndecided, type Outcome, type Syscall } from '../../model/syscall.ts'
import type { Lapsed } from './expectations.ts'
import type { LiveVerdict } from './judge.ts'
import type { LiveRun, LiveSight } from './live-run.ts'
import { transcriptOf } from './live-transcript.ts'

/** Where the live kernel did what the model does not allow. */
export interface Divergence {
  /** The live run as a transcript, up to what was not allowed. */
  readonly program: readonly string[]
  /** The place of the step that it happened in, from 1. */
  readonly step: number
  readonly seen: string
  readonly allowed: readonly string[]
  /** The file of the rule, and its source. */
  readonly rule: string
  readonly source: string
  /** What makes it the same divergence as another. */
  readonly signature: string
  /** Of a target it was expected until a day that is over. */
  readonly lapsed?: Lapsed
}

type Diverged = Extract<LiveVerdict, { verdict: 'divergence' }>

export function describeDivergence(run: LiveRun, verdict: Diverged, rules: Rules): Divergence {
  const sight = run.sights[verdict.at]!
  const names = new NameBook(run.made.get(0))
  for (const [, tid] of [...run.made].toSorted(([a], [b]) => a - b)) names.meet(tid)
  const states = verdict.follower.states
  const program = transcriptOf(run, rules, verdict.at)
  const step = 1 + stepOf(run, verdict.at)
  const about = { program, step }
  switch (sight.kind) {
    case 'leave': {
      const syscall = rules.syscalls.get(run.program.steps[sight.index]!.call)!
      const seen = `${names.process(sight.tid)} ${describeOutcome(syscall, sight, names)}`
      const allowed = [...new Set(states.flatMap((state) => allowedOf(state, sight.tid, names)))]
      const word = typeof sight.result === 'string' ? sight.result : 'ok'
      return { ...about, seen, allowed, ...ruleOf(syscall), signature: `${syscall.hashAs} = ${word}` }
    }
    case 'signal': {
      const seen = `${names.process(sight.tid)} takes ${signalName(sight.signal)} (${sight.code})`
      const allowed = states.map((state) => pendingOf(state, sight.tid))
      return {
        ...about,
        seen,
        allowed: [...new Set(allowed)],
        ...SIGNALS,
        signature: `${signalName(sight.signal)} ${sight.code}`,
      }
    }
    case 'settled': {
      const { seen, allowed, call } = describeStanding(sight, states[0]!, names)
      return {
        ...about,
        seen,
        allowed: [allowed],
        ...SETTLED,
        signature: `settled ${seen.replace(/\bP\d+\b/g, 'P')} ${call}`,
      }
    }
    case 'gone': {
      const seen = `${names.process(sight.tid)} is dead, with the wait status ${String(sight.status)}`
      return {
        ...about,
        seen,
        allowed: ['it lives, or has another'],
        ...SETTLED,
        signature: `gone ${String(sight.status)}`,
      }
    }
    case 'snapshot': {
      const [first = 'nothing'] = verdict.differences
      const [seen, allowed = ''] = first.split(', and ')
      const rule = { rule: 'traces/live/snapshot.ts', source: 'proc(5)' }
      const kind = first.replace(/ is .*$/, '').replaceAll(/\d+/g, 'N')
      return { ...about, seen: seen!, allowed: [allowed], ...rule, signature: `snapshot: ${kind}` }
    }
    case 'enter':
    case 'exit': {
      const seen = `${'tid' in sight ? names.process(sight.tid) : ''} could make a call`
      return { ...about, seen, allowed: ['it cannot'], ...SETTLED, signature: sight.kind }
    }
  }
}

const SIGNALS = {
  rule: 'model/functions/delivery.ts deliveries()',
  source: 'signal(7); kernel/signal.c get_signal()',
}
const SETTLED = { rule: 'model/settled.ts', source: 'what nobody may do until something new happens' }

const ruleOf = ({ name, source }: Syscall): { rule: string; source: string } => ({
  rule: `model/syscalls/${name}.ts`,
  source,
})

function stepOf(run: LiveRun, at: number): number {
  const sight = run.sights.slice(0, at + 1).findLast((candidate) => 'index' in candidate)
  return sight !== undefined && 'index' in sight ? sight.index : 0
}

function describeOutcome(
  syscall: Syscall,
  { result, out }: Pick<Outcome, 'result'> & { out?: Outcome['out'] | null },
  names: NameBook,
): string {
  const values = Object.entries(out ?? {}).flatMap(([name, value]) => {
    const param = syscall.params[name]
    const shape = param?.kind === 'out' ? param.shape : 'lock'
    return value === undefined || value === null ? [] : [`${name} ${printOut(shape, value, names)}`]
  })
  return [`${syscall.hashAs} = ${printResult(syscall, result, names)}`, ...values].join(', ')
}

function allowedOf(state: Kernel, tid: number, names: NameBook): string[] {
  const thread = state.threads.get(tid)
  if (thread?.state !== 'in-call') return [thread === undefined ? 'no such thread' : `the thread is ${thread.state}`]
  const { syscall } = thread.call!
  const answered = answer(state, thread, thread.call!)
  if (isBlocked(answered)) return [`${syscall.hashAs} sleeps on`]
  if (isUndecided(answered)) return [answered.undecided]
  return answered.map((outcome) => {
    if (outcome.noReturn === true) return `${syscall.hashAs} does not return`
    if (outcome.goesOn === 'asleep') return `${syscall.hashAs} sleeps on`
    return outcome.goesOn === 'awake' ? `${syscall.hashAs} goes on` : describeOutcome(syscall, outcome, names)
  })
}

function pendingOf(state: Kernel, tid: number): string {
  const thread = state.threads.get(tid)
  if (thread === undefined) return 'it is dead'
  const pending = [...thread.pending, ...state.processOf(thread).pending]
  return pending.length === 0
    ? 'no signal is pending'
    : `pending: ${pending.map(({ signal, code }) => `${signalName(signal)} (${code})`).join(', ')}`
}

const WORDS = {
  user: 'is in user mode',
  call: 'sleeps in a call',
  stopped: 'is stopped',
  zombie: 'is a zombie',
} as const

/** The first thread that stands otherwise than in the model, or would go on there. */
function describeStanding(
  { standings }: Extract<LiveSight, { kind: 'settled' }>,
  state: Kernel,
  names: NameBook,
): { seen: string; allowed: string; call: string } {
  const word = (tid: number) => (standings.has(tid) ? WORDS[standings.get(tid)!] : 'is gone')
  for (const thread of state.threads.rows()) {
    if (thread.tid === INIT) continue
    const standing = standingOf(state, thread)
    if (standings.get(thread.tid) === standing) continue
    const name = names.process(thread.tid)
    const call = thread.call === null ? '' : `in ${thread.call.syscall.hashAs}`
    return { seen: `${name} ${word(thread.tid)}`, allowed: `${name} ${WORDS[standing]} ${call}`.trim(), call }
  }
  const missing = [...standings.keys()].find((tid) => !state.threads.has(tid))
  if (missing !== undefined) {
    const name = names.process(missing)
    return { seen: `${name} ${word(missing)}`, allowed: `${name} is gone`, call: '' }
  }
  const calls = state.threads.rows().flatMap(({ call }) => (call === null ? [] : [call.syscall.hashAs]))
  return { seen: 'nobody moves', allowed: `somebody goes on, of those in ${calls.join(', ')}`, call: calls.join(' ') }
}
