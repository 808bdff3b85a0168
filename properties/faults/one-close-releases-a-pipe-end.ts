import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { RULES_HOLD_TOGETHER } from '../hold.ts'
import { descriptorsReferToOpenDescriptions } from '../invariants/descriptors-refer-to-open-descriptions.ts'
import { referencesDecideOverADescription } from '../invariants/references-decide-over-a-description.ts'

export const oneCloseReleasesAPipeEnd: Fault = {
  name: 'the first close of an end of a pipe releases it, whatever duplicates it has',
  source: 'close(2), dup(2); fs/file_table.c fput()',
  breaks: [descriptorsReferToOpenDescriptions.name, referencesDecideOverADescription.name, RULES_HOLD_TOGETHER.name],
  apply: patchFunctions((fn) => ({
    fput(kernel, tid, description) {
      const { kind, state } = kernel.descriptions.at(description)
      if (kind === 'pipe' && state === 'open') kernel.descriptions.edit(description).references = 1
      fn.fput(kernel, tid, description)
    },
  })),
}
