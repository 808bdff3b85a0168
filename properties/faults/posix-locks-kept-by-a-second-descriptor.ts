import { descriptionOf } from '../../model/functions/files.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const posixLocksKeptByASecondDescriptor: Fault = {
  name: 'closing one of two descriptors of a file keeps the POSIX locks',
  source: 'fcntl(2) "Advisory record locking": closing any descriptor releases all; fs/locks.c locks_remove_posix()',
  breaks: [],
  apply: patchFunctions((fn) => ({
    locksRemovePosix(kernel, files, inode) {
      const hasAnother = kernel.files
        .at(files)
        .slots.some((slot) => slot !== 0 && kernel.descriptions.at(descriptionOf(slot)).inode === inode)
      if (!hasAnother) fn.locksRemovePosix(kernel, files, inode)
    },
  })),
}
