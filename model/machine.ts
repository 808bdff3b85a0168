import { assign, setup } from 'xstate'
import { boot } from './boot.ts'
import type { Event } from './event.ts'
import type { Kernel } from './kernel.ts'
import { linux } from './linux.ts'
import type { Rules } from './rules.ts'
import { internalEvents, step } from './step.ts'

/** A labelled transition as xstate takes it: `kind` is the type. */
export type KernelEvent = Event extends infer E
  ? E extends Event
    ? { readonly type: E['kind']; readonly event: E }
    : never
  : never

export const toKernelEvent = (event: Event): KernelEvent => ({ type: event.kind, event }) as KernelEvent

/** For xstate's eyes only. */
const types = {} as unknown as { readonly context: { kernel: Kernel }; readonly events: KernelEvent }

/**
 * The whole kernel as one xstate machine: the context is the kernel, the events are the labelled transitions of `step`.
 * An event that is impossible is not taken, so that `snapshot.can(event)` says what may happen. For actors, inspection
 * and `xstate/graph`; the model itself calls `step`.
 */
export const kernelMachine = (rules: Rules = linux) =>
  setup({
    types,
    guards: {
      isPossible: ({ context, event }) => step(context.kernel, event.event).length > 0,
    },
    actions: {
      take: assign({ kernel: ({ context, event }) => step(context.kernel, event.event)[0]! }),
    },
  }).createMachine({
    id: 'kernel',
    context: () => ({ kernel: boot(rules) }),
    initial: 'on',
    states: {
      on: {
        on: {
          call: { guard: 'isPossible', actions: 'take' },
          internal: { guard: 'isPossible', actions: 'take' },
          return: { guard: 'isPossible', actions: 'take' },
        },
      },
    },
  })

/**
 * What `xstate/graph` needs to walk the machine: the kernel's own moves and returns as events, and a key for its states.
 * Its usual key, JSON, would not do: a kernel's tables are no JSON.
 */
export const graphOptions = {
  events: ({ context }: { context: { kernel: Kernel } }): KernelEvent[] => {
    const { kernel } = context
    const returns = kernel.threads
      .rows()
      .filter((thread) => thread.state === 'returning')
      .map((thread): Event => ({ kind: 'return', tid: thread.tid, result: thread.result! }))
    return [...internalEvents(kernel), ...returns].map(toKernelEvent)
  },
  serializeState: ({ context }: { context: { kernel: Kernel } }): string => `${context.kernel.hash()}`,
}
