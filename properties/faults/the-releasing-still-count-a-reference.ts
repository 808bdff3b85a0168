import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { referencesDecideOverADescription } from '../invariants/references-decide-over-a-description.ts'

export const theReleasingStillCountAReference: Fault = {
  name: 'the last reference to an open file description is taken off when it has been released, not before',
  source: 'fs/file_table.c fput(), __fput()',
  breaks: [referencesDecideOverADescription.name],
  apply: patchFunctions((fn) => ({
    fput(kernel, tid, description) {
      fn.fput(kernel, tid, description)
      const row = kernel.descriptions.edit(description)
      if (row.references === 0) row.references = 1
    },
  })),
}
