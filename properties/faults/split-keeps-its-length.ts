import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { mappingsDoNotOverlap } from '../invariants/mappings-do-not-overlap.ts'

export const splitKeepsItsLength: Fault = {
  name: 'the first part of a mapping that is cut in two still reaches to its end',
  source: 'munmap(2), mlock(2); mm/vma.c __split_vma()',
  breaks: [mappingsDoNotOverlap.name],
  apply: patchFunctions((fn) => ({
    splitMapping(kernel, tid, at) {
      const { mm } = kernel.threads.at(tid)
      const before = kernel.mms.at(mm).mappings
      fn.splitMapping(kernel, tid, at)
      const { mappings } = kernel.mms.at(mm)
      if (mappings.length === before.length) return
      kernel.mms.edit(mm).mappings = mappings.map(
        (mapping) =>
          before.find(({ address, length }) => mapping.address === address && length > mapping.length) ?? mapping,
      )
    },
  })),
}
