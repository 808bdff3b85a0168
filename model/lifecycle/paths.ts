import type { StateValue } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import type { Chart } from './compile.ts'

/** A shortest history of an object: the events, in order, that lead from the chart's initial state to `state`. */
export interface Path<State extends string = string, Event extends string = string> {
  readonly state: State
  readonly events: readonly Event[]
}

/** A shortest history to each state that can be reached, as xstate's own search over the chart finds it. */
export function paths<State extends string, Event extends string>(chart: Chart<State, Event>): Path<State, Event>[] {
  const found = getShortestPaths(chart.machine, { events: chart.events.map((type) => ({ type })) })
  return found.map(({ state, steps }) => ({
    state: chart.nameOf(state.value as StateValue),
    // The first step is xstate's own, into the initial state.
    events: steps.slice(1).map((step) => (step.event as { type: Event }).type),
  }))
}
