import { descriptionOf, isCloexec, makeSlot } from '../../model/functions/files.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aChildSharesOpenDescriptions } from '../invariants/a-child-shares-open-descriptions.ts'

export const forkCopiesOpenDescriptions: Fault = {
  name: 'a child gets open file descriptions of its own, with their own offsets',
  source: 'fork(2); fs/file.c dup_fd()',
  breaks: [aChildSharesOpenDescriptions.name],
  apply: patchFunctions((fn) => ({
    dupFd(kernel, maker, files) {
      const copy = fn.dupFd(kernel, maker, files)
      kernel.files.at(copy).slots.forEach((slot, fd) => {
        if (slot === 0) return
        const fields = kernel.descriptions.at(descriptionOf(slot))
        if (fields.kind !== 'file') return
        kernel.descriptions.edit(descriptionOf(slot)).references--
        const own = fn.newDescription(kernel, maker, fields)
        fn.setSlot(kernel, copy, fd, makeSlot(own, isCloexec(slot)))
      })
      return copy
    },
  })),
}
