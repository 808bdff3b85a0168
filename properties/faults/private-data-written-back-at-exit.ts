import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { deathWritesToNoMemory } from '../invariants/death-writes-to-no-memory.ts'

export const privateDataWrittenBackAtExit: Fault = {
  name: 'what was stored to a private mapping of a file is written to the file when the mapping ends',
  source: 'mmap(2) MAP_PRIVATE: updates are not carried through to the underlying file',
  breaks: [deathWritesToNoMemory.name],
  apply: patchFunctions((fn) => ({
    unmap(kernel, tid, mapping) {
      if (mapping.kind === 'private-file' && mapping.privateData !== null) {
        const { inode } = kernel.descriptions.at(mapping.description)
        const { size } = kernel.inodes.at(inode)
        if ((mapping.offset ?? 0) === 0) kernel.inodes.edit(inode).data = mapping.privateData.slice(0, size)
      }
      fn.unmap(kernel, tid, mapping)
    },
  })),
}
