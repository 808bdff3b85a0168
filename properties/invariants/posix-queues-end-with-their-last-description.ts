import { always, sometimes } from '../invariant.ts'

export const posixQueuesEndWithTheirLastDescription = always({
  name: 'a POSIX queue without a name is open',
  source: 'mq_unlink(3); ipc/mqueue.c mqueue_evict_inode()',
  of: 'queues',
  offends: (kernel, { state, inode }) =>
    state.startsWith('live.unlinked') && (kernel.inodes.get(inode)?.users ?? 0) === 0,
  sometimes: sometimes({
    name: 'a POSIX queue without a name is open and has a message',
    of: 'queues',
    seen: (_kernel, { state, messages }) => state.startsWith('live.unlinked') && messages.length > 0,
  }),
})
