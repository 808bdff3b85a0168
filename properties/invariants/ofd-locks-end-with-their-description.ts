import { always, sometimes } from '../invariant.ts'

export const ofdLocksEndWithTheirDescription = always({
  name: 'no OFD lock outlives the open file description that owns it',
  source: 'fcntl(2) "Open file description locks"; fs/locks.c locks_remove_file()',
  of: 'inodes',
  offends: (kernel, { recordLocks }, inode) =>
    recordLocks.some(({ kind, owner }) => kind === 'ofd' && kernel.descriptions.get(owner)?.inode !== inode),
  sometimes: sometimes({
    name: 'the last reference to a description that holds an OFD lock goes',
    of: 'descriptions',
    seen: (kernel, { inode, state }, id) =>
      state === 'releasing' &&
      kernel.inodes.at(inode).recordLocks.some(({ kind, owner }) => kind === 'ofd' && owner === id),
  }),
})
