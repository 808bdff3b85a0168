import { isExiting } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { deathWritesToNoMemory } from '../invariants/death-writes-to-no-memory.ts'

export const sharedDataDiscardedAtExit: Fault = {
  name: 'what a process stored to a shared mapping of a file is lost if it dies before msync',
  source: 'mmap(2) MAP_SHARED; mm/memory.c zap_pte_range() marks the page of the file dirty',
  breaks: [deathWritesToNoMemory.name],
  apply: patchFunctions((fn) => ({
    unmap(kernel, tid, mapping) {
      if (mapping.kind === 'shared-file' && mapping.writable && isExiting(kernel.threads.at(tid))) {
        const row = kernel.inodes.edit(kernel.descriptions.at(mapping.description).inode)
        row.data = '\0'.repeat(row.data.length)
      }
      fn.unmap(kernel, tid, mapping)
    },
  })),
}
