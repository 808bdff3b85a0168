import { always, sometimes } from '../invariant.ts'

export const theFirstFreeDescriptorIsFree = always({
  name: 'no free descriptor lies below the first free one, and those in use are counted',
  source: 'open(2); fs/file.c alloc_fd(), __put_unused_fd()',
  of: 'files',
  offends: (_kernel, { slots, firstFree, used }) =>
    slots.indexOf(0) !== (firstFree < slots.length ? firstFree : -1) ||
    firstFree > slots.length ||
    slots.reduce((sum, slot) => sum + (slot === 0 ? 0 : 1), 0) !== used,
  sometimes: sometimes({
    name: 'a free descriptor lies below an open one',
    of: 'files',
    seen: (_kernel, { firstFree, used }) => firstFree < used,
  }),
})
