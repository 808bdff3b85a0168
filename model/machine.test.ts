import { describe, expect, it } from 'vitest'
import { createActor } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import { boot, FIRST } from './boot.ts'
import type { Event } from './event.ts'
import { graphOptions, kernelMachine, toKernelEvent } from './machine.ts'
import { linux } from './linux.ts'
import { internalEvents, step } from './step.ts'

const call = (tid: number, name: string, args: Record<string, unknown> = {}): Event => ({
  kind: 'call',
  tid,
  call: { syscall: linux.syscalls.get(name)!, args },
})

describe('the kernel as one xstate machine', () => {
  it('an actor and step agree on every event of a fork and a death', () => {
    const actor = createActor(kernelMachine()).start()
    let kernel = boot(linux)
    const take = (event: Event) => {
      const [next] = step(kernel, event)
      expect(actor.getSnapshot().can(toKernelEvent(event))).toBe(next !== undefined)
      actor.send(toKernelEvent(event))
      if (next !== undefined) kernel = next
      expect(actor.getSnapshot().context.kernel.equals(kernel)).toBe(true)
    }
    take(call(FIRST, 'fork'))
    take(call(FIRST, 'fork'))
    take({ kind: 'return', tid: FIRST, result: 0 })
    for (const event of internalEvents(kernel)) take(event)
    take({ kind: 'return', tid: FIRST, result: 3 })
    take(call(3, 'exit_group', { status: 5 }))
    for (let events = internalEvents(kernel); events.length > 0; events = internalEvents(kernel)) take(events[0]!)
    expect(kernel.processes.at(3)).toMatchObject({ state: 'zombie', groupExit: 5 << 8 })
  })

  it('xstate/graph finds a path of internal events from exit_group to the zombie', () => {
    const machine = kernelMachine()
    let snapshot = machine.resolveState({ value: 'on', context: { kernel: boot(linux) } })
    const [forked] = step(snapshot.context.kernel, call(FIRST, 'fork'))
    const [effected] = step(forked!, internalEvents(forked!)[0]!)
    const [dying] = step(effected!, call(3, 'exit_group', { status: 1 }))
    snapshot = machine.resolveState({ value: 'on', context: { kernel: dying! } })
    const paths = getShortestPaths(machine, {
      fromState: snapshot,
      events: graphOptions.events,
      serializeState: graphOptions.serializeState,
      toState: ({ context }) => context.kernel.processes.get(3)?.state === 'zombie',
    })
    expect(paths.length).toBeGreaterThan(0)
    expect(paths[0]!.steps.some(({ event }) => event.type === 'internal')).toBe(true)
  })
})
