import { isExiting } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { referencesHaveHolders } from '../invariants/references-have-holders.ts'

export const theLastDescriptorLeaksAtExit: Fault = {
  name: 'exit forgets the last descriptor of a table',
  source: '_exit(2); fs/file.c close_files()',
  breaks: [referencesHaveHolders.name],
  apply: patchFunctions((fn) => ({
    closeFd(kernel, tid, fd) {
      const thread = kernel.threads.at(tid)
      const { files } = thread
      if (isExiting(thread) && kernel.files.at(files).used === 1) fn.setSlot(kernel, files, fd, 0)
      else fn.closeFd(kernel, tid, fd)
    },
  })),
}
