import { always, sometimes } from '../invariant.ts'

export const flocksEndWithTheirDescription = always({
  name: 'no flock outlives the open file description that owns it',
  source: 'flock(2); fs/locks.c locks_remove_file()',
  of: 'inodes',
  offends: (kernel, { flocks }, inode) => flocks.some(({ owner }) => kernel.descriptions.get(owner)?.inode !== inode),
  sometimes: sometimes({
    name: 'the last reference to a description that holds a flock goes',
    of: 'descriptions',
    seen: (kernel, { inode, state }, id) =>
      state === 'releasing' && kernel.inodes.at(inode).flocks.some(({ owner }) => owner === id),
  }),
})
