import { eachStep, making } from '../invariant.ts'

export const forkPassesOnNoMemoryLock = eachStep({
  name: 'a child has no memory locked, and none that will be, until it locks some itself',
  source: 'mlock(2), mlockall(2); kernel/fork.c dup_mmap()',
  on: ['effect'],
  effectsOf: making('process'),
  before: (kernel, event) => ({ mm: kernel.threads.at(event.tid).mm }),
  after(kernel, { tid }, { mm }) {
    const made = kernel.threads.get(tid)?.result
    const child = typeof made === 'number' ? kernel.threads.get(made) : undefined
    if (child === undefined || child.mm === mm || child.mm === 0) return undefined
    const { mappings, lockFuture } = kernel.mms.at(child.mm)
    if (!lockFuture && mappings.every(({ state }) => state !== 'mapped.locked')) return undefined
    return `process ${child.pid} inherits a lock`
  },
})
