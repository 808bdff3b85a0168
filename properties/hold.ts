import type { Event } from '../model/event.ts'
import { Kernel } from '../model/kernel.ts'
import type { ExitingPhase } from '../model/lifecycle/thread.ts'
import type { Program, Run } from '../model/program.ts'
import type { Rules } from '../model/rules.ts'
import { Runner, type Observer } from '../model/run.ts'
import { tableOfKey, idOfKey, type Row } from '../model/state/table.ts'
import type { Syscall } from '../model/syscall.ts'
import type { Invariant, Occasion, Sometimes, StepProperty } from './invariant.ts'
import { unrolled } from './unrolled.ts'

/** What a run did that no Linux does. */
export interface Violation {
  /** The invariant or step property, by its sentence. */
  readonly name: string
  readonly source: string
  /** The row that offends, or what the step property says. */
  readonly detail: string
}

/** A rule that asks for a row which is gone, or for a lifecycle move which does not exist, is a finding as well. */
export const RULES_HOLD_TOGETHER = {
  name: 'no rule reaches for what is not there',
  source: 'the lifecycle charts and the tables of the model',
} as const

type Offends = (kernel: Kernel, row: Readonly<Row>, id: number) => boolean

/** The invariants of one table. */
interface RowChecks {
  readonly invariants: readonly Invariant[]
  /** The place of the first that the row breaks; -1 when it breaks none. */
  readonly broken: (kernel: Kernel, row: Readonly<Row>, id: number) => number
}

/** The step properties that look at one kind of event. */
interface StepChecks {
  readonly properties: readonly StepProperty[]
  readonly before: (kernel: Kernel, event: Event, remembered: unknown[]) => void
  /** The place of the first that is broken, and what it says. */
  readonly after: (
    kernel: Kernel,
    event: Event,
    remembered: readonly unknown[],
  ) => readonly [number, string] | undefined
}

interface ShadowCount {
  readonly name: string
  readonly seen: Offends
  count: number
}

/** A shadow seen this often is looked for no more: it costs time and tells nothing new. */
const ENOUGH = 100

/**
 * Invariants and step properties, sorted by the table that they speak of, and how often each shadow was seen in all runs
 * judged by them.
 */
export class Checks {
  readonly rowChecks: readonly RowChecks[]
  private readonly stepProperties: readonly StepProperty[]
  private readonly stepsByOccasion = new Map<Occasion, StepChecks>()
  private readonly stepsByCall = new Map<Syscall, StepChecks>()
  private readonly shadows: ShadowCount[] = []
  private readonly shadowsOf: ShadowCount[][]
  private readonly lookForShadows: LookForShadows[]

  constructor(rules: Rules, invariants: readonly Invariant[], stepProperties: readonly StepProperty[] = []) {
    const layout = new Kernel(rules)
    this.rowChecks = layout.tables.map((table) =>
      rowChecksOf(invariants.filter((invariant) => layout[invariant.of] === (table as unknown))),
    )
    this.stepProperties = stepProperties
    const distinct = new Set<Sometimes>(invariants.map((invariant) => invariant.sometimes))
    this.shadowsOf = layout.tables.map(() => [])
    for (const shadow of distinct) {
      const count = { name: shadow.name, seen: shadow.seen as Offends, count: 0 }
      this.shadows.push(count)
      this.shadowsOf[layout[shadow.of].index]!.push(count)
    }
    this.lookForShadows = this.shadowsOf.map(lookForAll)
  }

  /** How often each shadow was seen, by its sentence; counting ends at a hundred. */
  seen(): Record<string, number> {
    return Object.fromEntries(this.shadows.map(({ name, count }) => [name, count]))
  }

  /** The step properties that look at the event. */
  stepsAt(kernel: Kernel, event: Event): StepChecks {
    if (event.kind !== 'internal') return this.stepsOn(event.kind)
    if (event.move === 'effect') return this.stepsOnEffectOf(kernel.threads.at(event.tid).call!.syscall)
    return this.stepsOn(event.move === 'exit' ? (kernel.threads.at(event.tid).state as ExitingPhase) : event.move)
  }

  private stepsOn(occasion: Occasion): StepChecks {
    let steps = this.stepsByOccasion.get(occasion)
    if (steps === undefined) {
      const isPhase = occasion.startsWith('exiting')
      const looks = ({ on }: StepProperty) =>
        on === undefined || on.includes(occasion) || (isPhase && on.includes('exit'))
      steps = stepChecksOf(this.stepProperties.filter(looks))
      this.stepsByOccasion.set(occasion, steps)
    }
    return steps
  }

  private stepsOnEffectOf(syscall: Syscall): StepChecks {
    let steps = this.stepsByCall.get(syscall)
    if (steps === undefined) {
      const looks = ({ effectsOf }: StepProperty) => effectsOf === undefined || effectsOf(syscall)
      steps = stepChecksOf(this.stepsOn('effect').properties.filter(looks))
      this.stepsByCall.set(syscall, steps)
    }
    return steps
  }

  /** Look for the shadows of one table in a row that was just written. */
  countShadows(kernel: Kernel, table: number, row: Readonly<Row>, id: number): void {
    if (!this.lookForShadows[table]!(kernel, row, id)) return
    const left = this.shadowsOf[table]!.filter(({ count }) => count < ENOUGH)
    this.shadowsOf[table] = left
    this.lookForShadows[table] = lookForAll(left)
  }
}

/** Counts the shadows that are seen in a row; true when one has been seen often enough. */
type LookForShadows = (kernel: Kernel, row: Readonly<Row>, id: number) => boolean

function lookForAll(shadows: readonly ShadowCount[]): LookForShadows {
  const look = unrolled(
    shadows.map(({ seen }) => seen),
    ['kernel', 'row', 'id', 'shadows'],
    `if ($f(kernel, row, id) && ++shadows[$i].count >= ${ENOUGH}) enough = true`,
    'return enough',
    'let enough = false',
  ) as (kernel: Kernel, row: Readonly<Row>, id: number, shadows: readonly ShadowCount[]) => boolean
  return (kernel, row, id) => look(kernel, row, id, shadows)
}

const rowChecksOf = (invariants: readonly Invariant[]): RowChecks => ({
  invariants,
  broken: unrolled(
    invariants.map(({ offends }) => offends),
    ['kernel', 'row', 'id'],
    'if ($f(kernel, row, id)) return $i',
    'return -1',
  ) as RowChecks['broken'],
})

const stepChecksOf = (properties: readonly StepProperty[]): StepChecks => ({
  properties,
  before: unrolled(
    properties.map(({ before }) => before),
    ['kernel', 'event', 'remembered'],
    'remembered[$i] = $f(kernel, event)',
    '',
  ) as StepChecks['before'],
  after: unrolled(
    properties.map(({ after }) => after),
    ['kernel', 'event', 'remembered'],
    'if (remembered[$i] !== undefined) { const wrong = $f(kernel, event, remembered[$i]); if (wrong !== undefined) return [$i, wrong] }',
    '',
  ) as StepChecks['after'],
})

/**
 * Watches one run: after every event it looks at the rows that the event wrote, and nothing else, so its cost does not
 * depend on the size of the kernel. `finish` looks at every row.
 */
export class Judge implements Observer {
  violation: Violation | null = null
  private readonly checks: Checks
  private readonly remembered: unknown[] = []
  private steps: StepChecks | null = null

  constructor(checks: Checks) {
    this.checks = checks
  }

  before(kernel: Kernel, event: Event): void {
    this.steps = this.checks.stepsAt(kernel, event)
    this.steps.before(kernel, event, this.remembered)
  }

  after(kernel: Kernel, event: Event): boolean {
    const { touched } = kernel.ledger
    for (let i = 0; i < touched.length; i++) {
      const key = touched[i]!
      const table = tableOfKey(key)
      const id = idOfKey(key)
      const row = kernel.tables[table]!.get(id)
      if (row === undefined) continue
      if (!this.holds(kernel, table, row, id)) return false
      this.checks.countShadows(kernel, table, row, id)
    }
    return this.stepHolds(kernel, event)
  }

  /** Every invariant of every row; false when one is broken. */
  finish(kernel: Kernel): boolean {
    for (const table of kernel.tables) {
      const { index, size } = table
      if (size > 0 && this.checks.rowChecks[index]!.invariants.length > 0)
        table.count((row, id) => !this.holds(kernel, index, row, id))
    }
    return this.violation === null
  }

  private holds(kernel: Kernel, table: number, row: Readonly<Row>, id: number): boolean {
    const { invariants, broken } = this.checks.rowChecks[table]!
    const place = broken(kernel, row, id)
    if (place < 0) return true
    const { name, source } = invariants[place]!
    this.violation ??= { name, source, detail: `${kernel.tables[table]!.name} ${id}` }
    return false
  }

  private stepHolds(kernel: Kernel, event: Event): boolean {
    const broken = this.steps?.after(kernel, event, this.remembered)
    if (broken === undefined) return true
    const [place, detail] = broken
    const { name, source } = this.steps!.properties[place]!
    this.violation ??= { name, source, detail }
    return false
  }
}

/** A program's run and what is wrong with it, if anything. */
export interface Judged {
  readonly program: Program
  readonly run: Run
  readonly violation: Violation | null
}

/** Let `drive` take a runner along a path under the eyes of a judge; ends at the first violation. */
export function judge(
  rules: Rules,
  checks: Checks,
  drive: (runner: Runner) => void,
  recording = false,
): Omit<Judged, 'program'> {
  const judge = new Judge(checks)
  const runner = new Runner(rules, judge, recording)
  try {
    drive(runner)
    if (!runner.stopped) runner.finish()
    if (!runner.stopped) judge.finish(runner.kernel)
  } catch (error) {
    judge.violation ??= { ...RULES_HOLD_TOGETHER, detail: error instanceof Error ? error.message : String(error) }
  }
  const { kernel, results, events, sights } = runner
  return { run: { kernel, results, events, sights }, violation: judge.violation }
}

/** Whether the properties hold along the path of a program. */
export function hold(rules: Rules, checks: Checks, program: Program, recording = false): Judged {
  const drive = (runner: Runner) => {
    for (const step of program.steps) {
      if (runner.stopped) return
      runner.take(step)
    }
  }
  return { program, ...judge(rules, checks, drive, recording) }
}
