import { always, sometimes } from '../invariant.ts'

export const lettingGoOfMemoryReleasesTheVforkParent = always({
  name: 'a vfork child without its parent’s address space has released that parent',
  source: 'vfork(2); kernel/fork.c mm_release()',
  of: 'threads',
  offends: (_kernel, { vforkParent, mm }) => vforkParent !== 0 && mm === 0,
  sometimes: sometimes({
    name: 'a vfork child is about to drop the address space',
    of: 'threads',
    seen: (_kernel, { vforkParent, state }) => vforkParent !== 0 && state === 'exiting.mm',
  }),
})
