import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { flocksEndWithTheirDescription } from '../invariants/flocks-end-with-their-description.ts'

export const flockOutlivesItsDescription: Fault = {
  name: 'the last close of a description leaves its flock',
  source: 'flock(2); fs/locks.c locks_remove_flock()',
  breaks: [flocksEndWithTheirDescription.name],
  apply: patchFunctions((fn) => ({
    locksRemoveFile(kernel, description) {
      const { inode } = kernel.descriptions.at(description)
      const { flocks } = kernel.inodes.at(inode)
      fn.locksRemoveFile(kernel, description)
      if (kernel.inodes.at(inode).flocks !== flocks) kernel.inodes.edit(inode).flocks = flocks
    },
  })),
}
