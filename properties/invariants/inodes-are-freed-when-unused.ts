import { always, sometimes } from '../invariant.ts'

export const inodesAreFreedWhenUnused = always({
  name: 'what has no name and is not in use is freed',
  source: 'unlink(2); fs/inode.c iput(), evict()',
  of: 'inodes',
  offends: (_kernel, { links, users }) => links < 0 || users < 0 || (links === 0 && users === 0),
  sometimes: sometimes({
    name: 'a file without a name is still in use',
    of: 'inodes',
    seen: (_kernel, { kind, links, users }) => kind === 'regular' && links === 0 && users > 0,
  }),
})
