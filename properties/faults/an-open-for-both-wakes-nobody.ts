import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { noFifoOpenWaitsForWhatIsThere } from '../invariants/no-fifo-open-waits-for-what-is-there.ts'

export const anOpenForBothWakesNobody: Fault = {
  name: 'an open of a FIFO for reading and writing wakes nobody who waits for the other side',
  source: 'fifo(7); fs/pipe.c fifo_open(), wake_up_partner()',
  breaks: [noFifoOpenWaitsForWhatIsThere.name],
  apply: patchFunctions((fn) => ({
    pipeOpened(kernel, inode, access) {
      const { readerOpenings, writerOpenings } = kernel.inodes.at(inode).pipe!
      fn.pipeOpened(kernel, inode, access)
      if (access !== 'O_RDWR') return
      const row = kernel.inodes.edit(inode)
      row.pipe = { ...row.pipe!, readerOpenings, writerOpenings }
    },
  })),
}
