import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { closedFilesHaveNoPosixLocks } from '../invariants/closed-files-have-no-posix-locks.ts'
import { closingLeavesTheLocksOfOthers } from '../invariants/closing-leaves-the-locks-of-others.ts'
import { posixLocksEndWithTheirTable } from '../invariants/posix-locks-end-with-their-table.ts'
import { posixLocksHaveADescriptor } from '../invariants/posix-locks-have-a-descriptor.ts'

export const posixLocksKeptWhenAReaderCloses: Fault = {
  name: 'closing a descriptor that cannot have taken a write lock keeps the POSIX locks',
  source: 'fcntl(2) "Advisory record locking": whichever descriptor took them; fs/open.c filp_flush()',
  breaks: [
    closedFilesHaveNoPosixLocks.name,
    posixLocksHaveADescriptor.name,
    posixLocksEndWithTheirTable.name,
    closingLeavesTheLocksOfOthers.name,
  ],
  apply: patchFunctions((fn) => ({
    filpFlush(kernel, tid, files, description) {
      if (kernel.descriptions.at(description).access !== 'O_RDONLY') fn.filpFlush(kernel, tid, files, description)
    },
  })),
}
