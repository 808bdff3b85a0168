import type { WitnessEvent } from './event.ts'
import type { Shown } from './shown.ts'
import { makesProcess } from './step.ts'

/**
 * The events with the numbers that processes have in the capture. The first process is the one that first calls execve;
 * from there on, what a thread makes in its n-th fork by the capture is what it makes in its n-th by the witness.
 */
export function translated(
  events: readonly WitnessEvent[],
  first: number,
  shown: ReadonlyMap<number, Shown>,
): readonly WitnessEvent[] {
  const forks = new Map<number, number[]>()
  for (const event of events) {
    if (event.name !== 'sched_process_fork') continue
    const children = forks.get(event.tid)
    if (children === undefined) forks.set(event.tid, [event.about])
    else children.push(event.about)
  }
  const numbers = new Map<number, number>()
  const root = events.find(({ name }) => name === 'sched_process_exec')?.tid
  const todo: [number, number][] = root === undefined ? [] : [[root, first]]
  for (let pair = todo.pop(); pair !== undefined; pair = todo.pop()) {
    const [inWitness, inCapture] = pair
    if (numbers.has(inWitness)) continue
    numbers.set(inWitness, inCapture)
    const made = (shown.get(inCapture)?.seen ?? []).flatMap((seen) =>
      seen.kind === 'call' && makesProcess(seen.call) ? [seen.call.result] : [],
    )
    forks.get(inWitness)?.forEach((child, index) => {
      const result = made[index]
      if (result?.kind === 'value') todo.push([child, result.value])
    })
  }
  const numberOf = (number: number): number => (number === 0 ? 0 : (numbers.get(number) ?? -number))
  return events.map((event) => {
    const common = { tid: numberOf(event.tid), about: numberOf(event.about) }
    switch (event.name) {
      case 'sched_process_exec':
        return { ...event, ...common, oldPid: numberOf(event.oldPid) }
      case 'sched_process_fork':
        return { ...event, ...common, maker: numberOf(event.maker) }
      default:
        return { ...event, ...common }
    }
  })
}
