import type { Event } from '../model/event.ts'
import type { Kernel } from '../model/kernel.ts'
import type { Thread } from '../model/state/threads.ts'

/** The thread whose call, one of this name, takes effect by the event; undefined when the event is something else. */
export function effectOf(kernel: Kernel, event: Event, name: string): Readonly<Thread> | undefined {
  if (event.kind !== 'internal' || event.move !== 'effect') return undefined
  const thread = kernel.threads.at(event.tid)
  return thread.call?.syscall.name === name ? thread : undefined
}

export const isEffectOf = (kernel: Kernel, event: Event, name: string): boolean =>
  effectOf(kernel, event, name) !== undefined
