import type { Event, MoveKind } from '../model/event.ts'
import type { Kernel } from '../model/kernel.ts'
import type { ExitingPhase } from '../model/lifecycle/thread.ts'
import type { Row, Table } from '../model/state/table.ts'
import type { Maker, Syscall } from '../model/syscall.ts'

/** The tables of a kernel, by the name of their field. */
export type TableName = {
  [K in keyof Kernel]: Kernel[K] extends Table<infer R extends Row> ? (R extends Row ? K : never) : never
}[keyof Kernel]

export type RowOf<T extends TableName> = Kernel[T] extends Table<infer R> ? Readonly<R> : never

/**
 * What must hold in every state, said of each row of one table. It is looked at whenever that row was written, and for
 * every row when a run ends; so put it on the row whose change would break it.
 */
export interface Invariant {
  /** A sentence. */
  readonly name: string
  /** Man page, POSIX or kernel function. */
  readonly source: string
  readonly of: TableName
  readonly offends: (kernel: Kernel, row: never, id: number) => boolean
  /** Its shadow: what must be seen sometimes, or the invariant was never put to the test. */
  readonly sometimes: Sometimes
}

export interface Sometimes {
  readonly name: string
  readonly of: TableName
  readonly seen: (kernel: Kernel, row: never, id: number) => boolean
}

/** An invariant over the rows of a table: `offends` says which break it. */
export function always<T extends TableName>(invariant: {
  readonly name: string
  readonly source: string
  readonly of: T
  readonly offends: (kernel: Kernel, row: RowOf<T>, id: number) => boolean
  readonly sometimes: Sometimes
}): Invariant {
  return invariant
}

/** What must be seen now and then, in a row that was just written. */
export function sometimes<T extends TableName>(shadow: {
  readonly name: string
  readonly of: T
  readonly seen: (kernel: Kernel, row: RowOf<T>, id: number) => boolean
}): Sometimes {
  return shadow
}

/**
 * An event that a step property looks at: a call that is entered, a return, a move of the kernel by its kind, or an `exit`
 * move in one phase, by the state of the dying thread.
 */
export type Occasion = 'call' | 'return' | MoveKind | ExitingPhase

/**
 * What one step may change. `before` looks at the kernel when an event is about to happen and returns what `after` needs
 * to judge it, or undefined when the event does not concern it; `after` returns what is wrong, or undefined.
 */
export interface StepProperty {
  readonly name: string
  readonly source: string
  /** Where it looks; everywhere, if left out. */
  readonly on?: readonly Occasion[]
  /** Of the `effect` events, only those of these calls. */
  readonly effectsOf?: (syscall: Syscall) => boolean
  readonly before: (kernel: Kernel, event: Event) => unknown
  readonly after: (kernel: Kernel, event: Event, remembered: never) => string | undefined
}

export function eachStep<M>(
  property: Omit<StepProperty, 'before' | 'after'> & {
    readonly before: (kernel: Kernel, event: Event) => M | undefined
    readonly after: (kernel: Kernel, event: Event, remembered: M) => string | undefined
  },
): StepProperty {
  return property
}

/** For `effectsOf`: the calls of these names. */
export const named =
  (...names: readonly string[]) =>
  ({ name }: Syscall): boolean =>
    names.includes(name)

/** For `effectsOf`: the calls that make one of these. */
export const making =
  (...kinds: readonly Maker[]) =>
  ({ makes }: Syscall): boolean =>
    makes !== undefined && kinds.includes(makes)
