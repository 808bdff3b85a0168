import { descriptionOf, isCloexec } from '../../model/functions/files.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { duplicatesAreNotClosedOnExec } from '../invariants/duplicates-are-not-closed-on-exec.ts'

export const dup2KeepsCloseOnExec: Fault = {
  name: 'dup2 copies the close-on-exec flag',
  source: 'dup2(2); fs/file.c do_dup2()',
  breaks: [duplicatesAreNotClosedOnExec.name],
  apply: patchFunctions((fn) => ({
    replaceFd(kernel, tid, description, fd, cloexec) {
      const { slots } = kernel.files.at(kernel.threads.at(tid).files)
      const marked = slots.some((slot) => isCloexec(slot) && descriptionOf(slot) === description)
      fn.replaceFd(kernel, tid, description, fd, cloexec || marked)
    },
  })),
}
