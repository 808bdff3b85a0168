import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { theFirstFreeDescriptorIsFree } from '../invariants/the-first-free-descriptor-is-free.ts'

export const aCopiedTableForgetsItsGaps: Fault = {
  name: 'the copy of a descriptor table gives numbers only above those in use',
  source: 'open(2); fs/file.c dup_fd(), files->next_fd',
  breaks: [theFirstFreeDescriptorIsFree.name],
  apply: patchFunctions((fn) => ({
    dupFd(kernel, maker, files) {
      const copy = fn.dupFd(kernel, maker, files)
      const row = kernel.files.edit(copy)
      row.firstFree = row.slots.length
      return copy
    },
  })),
}
