import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { forkPassesOnNoMemoryLock } from '../invariants/fork-passes-on-no-memory-lock.ts'

export const memoryLocksInheritedByFork: Fault = {
  name: 'a forked child has the memory locks of its parent',
  source: 'mlock(2) NOTES; kernel/fork.c dup_mmap() clears VM_LOCKED',
  breaks: [forkPassesOnNoMemoryLock.name],
  apply: patchFunctions(() => ({ inheritedMapping: (mapping) => mapping })),
}
