import type { Event } from '../model/event.ts'
import { Kernel } from '../model/kernel.ts'
import type { Program, Run } from '../model/program.ts'
import type { Rules } from '../model/rules.ts'
import { Runner, type Observer } from '../model/run.ts'
import { tableOfKey, idOfKey, type Row } from '../model/state/table.ts'
import type { Invariant, Sometimes, StepProperty } from './invariant.ts'

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

interface RowCheck {
  readonly invariant: Invariant
  readonly offends: Offends
}

interface ShadowCount {
  readonly name: string
  readonly seen: Offends
  count: number
}

/** A shadow seen this often is looked for no more: it costs time and tells nothing new. */
const ENOUGH = 1000

/**
 * Invariants and step properties, sorted by the table that they speak of, and how often each shadow was seen in all runs
 * judged by them.
 */
export class Checks {
  readonly rowChecks: readonly (readonly RowCheck[])[]
  readonly stepProperties: readonly StepProperty[]
  private readonly shadows: ShadowCount[] = []
  private readonly shadowsOf: ShadowCount[][]

  constructor(rules: Rules, invariants: readonly Invariant[], stepProperties: readonly StepProperty[] = []) {
    const layout = new Kernel(rules)
    this.rowChecks = layout.tables.map((table) =>
      invariants
        .filter((invariant) => layout[invariant.of] === (table as unknown))
        .map((invariant) => ({ invariant, offends: invariant.offends as Offends })),
    )
    this.stepProperties = stepProperties
    const distinct = new Set<Sometimes>(invariants.map((invariant) => invariant.sometimes))
    this.shadowsOf = layout.tables.map(() => [])
    for (const shadow of distinct) {
      const count = { name: shadow.name, seen: shadow.seen as Offends, count: 0 }
      this.shadows.push(count)
      this.shadowsOf[layout[shadow.of].index]!.push(count)
    }
  }

  /** How often each shadow was seen, by its sentence; counting ends at a thousand. */
  seen(): Record<string, number> {
    return Object.fromEntries(this.shadows.map(({ name, count }) => [name, count]))
  }

  /** Look for the shadows of one table in a row that was just written. */
  countShadows(kernel: Kernel, table: number, row: Readonly<Row>, id: number): void {
    const shadows = this.shadowsOf[table]!
    for (let i = shadows.length - 1; i >= 0; i--) {
      const shadow = shadows[i]!
      if (!shadow.seen(kernel, row, id)) continue
      if (++shadow.count >= ENOUGH) shadows.splice(i, 1)
    }
  }
}

/**
 * Watches one run: after every event it looks at the rows that the event wrote, and nothing else, so its cost does not
 * depend on the size of the kernel. `finish` looks at every row.
 */
export class Judge implements Observer {
  violation: Violation | null = null
  private readonly checks: Checks
  private readonly remembered: unknown[] = []

  constructor(checks: Checks) {
    this.checks = checks
  }

  before(kernel: Kernel, event: Event): void {
    const { stepProperties } = this.checks
    for (let i = 0; i < stepProperties.length; i++) this.remembered[i] = stepProperties[i]!.before(kernel, event)
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
    for (const { index } of kernel.tables) {
      if (this.checks.rowChecks[index]!.length > 0)
        kernel.tables[index]!.forEach((row, id) => this.holds(kernel, index, row, id))
    }
    return this.violation === null
  }

  private holds(kernel: Kernel, table: number, row: Readonly<Row>, id: number): boolean {
    const checks = this.checks.rowChecks[table]!
    for (let i = 0; i < checks.length; i++) {
      const { invariant, offends } = checks[i]!
      if (!offends(kernel, row, id)) continue
      this.violation ??= {
        name: invariant.name,
        source: invariant.source,
        detail: `${kernel.tables[table]!.name} ${id}`,
      }
      return false
    }
    return true
  }

  private stepHolds(kernel: Kernel, event: Event): boolean {
    const { stepProperties } = this.checks
    for (let i = 0; i < stepProperties.length; i++) {
      const remembered = this.remembered[i]
      if (remembered === undefined) continue
      const { name, source, after } = stepProperties[i]!
      const wrong = after(kernel, event, remembered as never)
      if (wrong === undefined) continue
      this.violation ??= { name, source, detail: wrong }
      return false
    }
    return true
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
