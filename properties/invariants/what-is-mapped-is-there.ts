import type { Kernel } from '../../model/kernel.ts'
import type { AddressSpace, Mapping } from '../../model/state/memory.ts'
import { always, sometimes } from '../invariant.ts'

export const whatIsMappedIsThere = always({
  name: 'the open file description, segment, semaphore or memory behind a mapping is there',
  source: 'mmap(2) NOTES, shmctl(2); mm/mmap.c remove_vma()',
  of: 'mms',
  offends: (kernel, { mappings }) => mappings.some((mapping) => !isThere(kernel, mapping)),
  sometimes: sometimes({
    name: 'a mapping alone holds an open file description',
    of: 'descriptions',
    seen: (kernel, { references, kind, state }, id) =>
      references === 1 && kind === 'file' && state === 'open' && kernel.mms.count((mm) => maps(mm, id)) > 0,
  }),
})

function isThere(kernel: Kernel, { kind, description, object }: Mapping): boolean {
  switch (kind) {
    case 'shared-file':
    case 'private-file':
      return kernel.descriptions.get(description)?.state === 'open'
    case 'shared-anonymous':
      return kernel.sharedMemory.has(object)
    case 'shm':
      return kernel.shms.has(object)
    case 'semaphore':
      return kernel.namedSemaphores.has(object)
    case 'private-anonymous':
      return true
  }
}

const maps = ({ mappings }: Readonly<AddressSpace>, description: number): boolean =>
  mappings.some((mapping) => mapping.description === description)
