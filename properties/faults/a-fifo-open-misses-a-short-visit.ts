import { blocksOn } from '../../model/syscall.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const aFifoOpenMissesAShortVisit: Fault = {
  name: 'an open of a FIFO is not woken by an opener that has closed it again',
  source: 'fifo(7); fs/pipe.c wait_for_partner()',
  breaks: [],
  apply: patchFunctions((fn) => ({
    fifoOpened(kernel, caller, cloexec) {
      const { inode, access } = kernel.descriptions.at(caller.unfinished!.description)
      const pipe = kernel.inodes.at(inode).pipe!
      const peers = access === 'O_RDONLY' ? pipe.writers : pipe.readers
      return peers === 0 ? blocksOn(kernel.inodes.key(inode)) : fn.fifoOpened(kernel, caller, cloexec)
    },
  })),
}
