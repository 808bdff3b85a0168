import { descriptionOf } from '../model/functions/files.ts'
import type { Kernel } from '../model/kernel.ts'

/**
 * Who refers to each open file description, counted anew: descriptors, mappings, messages on their way, and calls that
 * hold one for their time.
 */
export function holdersOfDescriptions(kernel: Kernel): ReadonlyMap<number, number> {
  const holders = new Map<number, number>()
  const count = (description: number) => {
    if (description !== 0) holders.set(description, (holders.get(description) ?? 0) + 1)
  }
  kernel.files.forEach(({ slots }) => slots.forEach((slot) => count(descriptionOf(slot))))
  kernel.mms.forEach(({ mappings }) => mappings.forEach(({ description }) => count(description)))
  kernel.threads.forEach(({ unfinished, lockCall }) => {
    count(unfinished?.description ?? 0)
    count(lockCall?.description ?? 0)
  })
  kernel.sockets.forEach(({ queue }) => queue.forEach(({ rights }) => rights.forEach(count)))
  return holders
}

/** How many refer to one of them. */
export function holdersOf(kernel: Kernel, description: number): number {
  let holders = 0
  kernel.files.forEach(({ slots }) => {
    for (const slot of slots) if (descriptionOf(slot) === description) holders++
  })
  kernel.mms.forEach(({ mappings }) => {
    for (const mapping of mappings) if (mapping.description === description) holders++
  })
  kernel.threads.forEach(({ unfinished, lockCall }) => {
    if (unfinished !== null && unfinished.description === description) holders++
    if (lockCall?.description === description) holders++
  })
  kernel.sockets.forEach(({ queue }) => {
    for (const { rights } of queue) for (const right of rights) if (right === description) holders++
  })
  return holders
}
