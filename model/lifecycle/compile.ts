import { initialTransition, transition, type AnyStateMachine, type SnapshotFrom, type StateValue } from 'xstate'
import { MissingArrow } from './missing-arrow.ts'

/**
 * The lifecycle of one kind of kernel object, as a table made from an xstate chart.
 *
 * A state is named by its path in the chart, `exiting.mm`. The regions of a parallel state are joined by `+`, without
 * the regions' own names and in the order given to `compile`: `live.linked.open+registered`.
 */
export interface Chart<State extends string = string, Event extends string = string> {
  readonly id: string
  readonly machine: AnyStateMachine
  /** The name of one of the machine's state values. */
  readonly nameOf: (value: StateValue) => State
  readonly initial: State
  /** Every state the chart declares, in the order it declares them. */
  readonly states: readonly State[]
  /** Every event some arrow of the chart carries. */
  readonly events: readonly Event[]
  readonly finals: ReadonlySet<State>
  /** state -> event -> next state; an absent entry is a move that does not exist. */
  readonly table: Readonly<Record<string, Readonly<Record<string, State>>>>
}

/** The names of a chart's states. */
export type StateOf<C extends Chart> = C['states'][number]

/** The types of `setup` for events which carry a name and nothing else. */
export function typed<Event extends string>(): { events: Named<Event> } {
  return {} as { events: Named<Event> }
}

type Named<Event extends string> = Event extends string ? { type: Event } : never

type NameOf<Value, Regions extends readonly string[]> = Value extends string
  ? Value
  : keyof Value extends Regions[number]
    ? JoinOf<Value, Regions>
    : { [Key in keyof Value & string]: `${Key}.${NameOf<Value[Key], Regions>}` }[keyof Value & string]

type JoinOf<Value, Regions extends readonly string[]> = Regions extends readonly [
  infer Region extends keyof Value,
  ...infer Rest extends readonly string[],
]
  ? Rest extends readonly []
    ? NameOf<Value[Region], []>
    : `${NameOf<Value[Region], []>}+${JoinOf<Value, Rest>}`
  : never

/**
 * Compile a chart: ask xstate for the answer to every event in every declared state, once.
 * `regions` are the regions of the chart's parallel state, in the order in which their states are joined.
 *
 * Errors: a state whose regions are not those listed, or two states of one name, throw.
 */
export function compile<Machine extends AnyStateMachine, const Regions extends readonly string[] = readonly []>(
  machine: Machine,
  regions?: Regions,
): Chart<NameOf<SnapshotFrom<Machine>['value'], Regions>, Machine['events'][number]> {
  type State = NameOf<SnapshotFrom<Machine>['value'], Regions>
  return tabulate<State, Machine['events'][number]>(
    machine,
    (value) => join(machine.root, value, regions ?? []) as State,
  )
}

function tabulate<State extends string, Event extends string>(
  machine: AnyStateMachine,
  nameOf: (value: StateValue) => State,
): Chart<State, Event> {
  const snapshots = valuesOf(machine.root).map((value) => machine.resolveState({ value, context: {} }))
  const states = snapshots.map((snapshot) => nameOf(snapshot.value as StateValue))
  if (new Set(states).size !== states.length) throw new Error(`two states of chart "${machine.id}" share a name`)

  const events = machine.events as readonly Event[]
  const rows = snapshots.map((snapshot) =>
    events
      .filter((type) => snapshot.can({ type }))
      .map((type): [Event, State] => [type, nameOf(transition(machine, snapshot, { type })[0].value as StateValue)]),
  )
  return {
    id: machine.id,
    machine,
    nameOf,
    initial: nameOf(initialTransition(machine)[0].value as StateValue),
    states,
    events,
    finals: new Set(states.filter((_, index) => snapshots[index]!.status === 'done')),
    table: lookup(states.map((state, index) => [state, lookup(rows[index]!)])),
  }
}

/**
 * The state after `event`.
 *
 * Errors: throws `MissingArrow` when the chart has no such move, so the caller's rule claims what Linux does not do.
 */
export function advance<State extends string, Event extends string>(
  chart: Chart<State, Event>,
  state: NoInfer<State>,
  event: NoInfer<Event>,
): State {
  const next = chart.table[state]?.[event]
  if (next === undefined) throw new MissingArrow(chart, state, event)
  return next
}

/** Every state of the chart. */
export function statesOf<State extends string>(chart: Chart<State>): readonly State[] {
  return chart.states
}

/** Every event of the chart, or only those with an arrow from `state`. */
export function eventsOf<State extends string, Event extends string>(
  chart: Chart<State, Event>,
  state?: NoInfer<State>,
): readonly Event[] {
  if (state === undefined) return chart.events
  return chart.events.filter((event) => chart.table[state]?.[event] !== undefined)
}

/** Whether the object is gone for good: no event can follow. */
export function isFinal<State extends string>(chart: Chart<State>, state: NoInfer<State>): boolean {
  return chart.finals.has(state)
}

type Node = AnyStateMachine['root']

function valuesOf(node: Node): StateValue[] {
  const children: [string, Node][] = Object.entries(node.states)
  if (node.type === 'parallel') {
    return children.reduce<Record<string, StateValue>[]>(
      (values, [key, child]) => values.flatMap((value) => valuesOf(child).map((inner) => ({ ...value, [key]: inner }))),
      [{}],
    )
  }
  return children.flatMap(([key, child]): StateValue[] =>
    Object.keys(child.states).length === 0 ? [key] : valuesOf(child).map((inner) => ({ [key]: inner })),
  )
}

function join(node: Node, value: StateValue, regions: readonly string[]): string {
  if (typeof value === 'string') return value
  const inside = (key: string) => join((node.states as Record<string, Node>)[key]!, value[key]!, regions)
  if (node.type !== 'parallel')
    return Object.keys(value)
      .map((key) => `${key}.${inside(key)}`)
      .join('')
  if (Object.keys(value).sort().join() !== [...regions].sort().join()) {
    throw new Error(`the regions of "${node.id}" are ${Object.keys(value).join(', ')}, not ${regions.join(', ')}`)
  }
  return regions.map(inside).join('+')
}

/** A plain object that knows its own keys only: `toString` is no state. */
function lookup<Value>(entries: [string, Value][]): Readonly<Record<string, Value>> {
  return Object.assign({ __proto__: null } as unknown as Record<string, Value>, Object.fromEntries(entries))
}
