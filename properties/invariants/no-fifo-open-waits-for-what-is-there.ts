import type { Kernel } from '../../model/kernel.ts'
import type { Thread } from '../../model/state/threads.ts'
import { answer, isBlocked } from '../../model/syscall.ts'
import { always, sometimes } from '../invariant.ts'

const isWaiting = (kernel: Kernel, { call, unfinished }: Readonly<Thread>): boolean =>
  unfinished !== null &&
  unfinished.description !== 0 &&
  /^open/.test(call!.syscall.name) &&
  kernel.descriptions.at(unfinished.description).kind === 'pipe'

export const noFifoOpenWaitsForWhatIsThere = always({
  name: 'an open of a FIFO does not wait beside somebody on the other side',
  source: 'fifo(7); fs/pipe.c fifo_open(), wait_for_partner()',
  of: 'threads',
  offends(kernel, thread) {
    const { unfinished, state } = thread
    if (state !== 'in-call' || !isWaiting(kernel, thread)) return false
    const { inode, access } = kernel.descriptions.at(unfinished!.description)
    const pipe = kernel.inodes.at(inode).pipe!
    if ((access === 'O_RDONLY' ? pipe.writers : pipe.readers) === 0) return false
    return isBlocked(answer(kernel, thread, thread.call!))
  },
  sometimes: sometimes({
    name: 'an open of a FIFO waits for the other side',
    of: 'threads',
    seen: isWaiting,
  }),
})
