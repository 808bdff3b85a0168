import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { promisedDescriptorsAreFree } from '../invariants/promised-descriptors-are-free.ts'

export const promisedDescriptorsAreGivenAway: Fault = {
  name: 'a call takes the descriptor that an open which waits has been promised',
  source: 'open(2); fs/file.c get_unused_fd_flags()',
  breaks: [promisedDescriptorsAreFree.name],
  apply: patchFunctions(() => ({
    lowestFree(kernel, files, from = 0) {
      const { slots, firstFree } = kernel.files.at(files)
      let fd = Math.max(from, firstFree)
      while (fd < slots.length && slots[fd] !== 0) fd++
      return fd
    },
  })),
}
