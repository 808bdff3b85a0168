import { answer, isBlocked } from '../../model/syscall.ts'
import { always, sometimes } from '../invariant.ts'

export const noFifoOpenWaitsForWhatIsThere = always({
  name: 'an open of a FIFO does not wait beside somebody on the other side',
  source: 'fifo(7); fs/pipe.c fifo_open(), wait_for_partner()',
  of: 'threads',
  offends(kernel, thread) {
    const { unfinished, state } = thread
    if (state !== 'in-call' || unfinished === null || unfinished.fd < 0) return false
    const { inode, access } = kernel.descriptions.at(unfinished.description)
    const pipe = kernel.inodes.at(inode).pipe!
    if ((access === 'O_RDONLY' ? pipe.writers : pipe.readers) === 0) return false
    return isBlocked(answer(kernel, thread, thread.call!))
  },
  sometimes: sometimes({
    name: 'an open of a FIFO waits for the other side',
    of: 'threads',
    seen: (_kernel, { unfinished }) => unfinished !== null && unfinished.fd >= 0,
  }),
})
