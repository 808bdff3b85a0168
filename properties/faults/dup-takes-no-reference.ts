import { makeSlot } from '../../model/functions/files.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { RULES_HOLD_TOGETHER } from '../hold.ts'
import { descriptorsReferToOpenDescriptions } from '../invariants/descriptors-refer-to-open-descriptions.ts'
import { referencesHaveHolders } from '../invariants/references-have-holders.ts'

export const dupTakesNoReference: Fault = {
  name: 'dup takes no reference to the open file description',
  source: 'dup(2); fs/file.c ksys_dup(), do_dup2()',
  breaks: [descriptorsReferToOpenDescriptions.name, referencesHaveHolders.name, RULES_HOLD_TOGETHER.name],
  apply: patchFunctions((fn) => ({
    dupSlot(kernel, tid, description, fd, cloexec) {
      fn.setSlot(kernel, kernel.threads.at(tid).files, fd, makeSlot(description, cloexec))
    },
  })),
}
