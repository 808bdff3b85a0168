import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { referencesHaveHolders } from '../invariants/references-have-holders.ts'
import { whatIsMappedIsThere } from '../invariants/what-is-mapped-is-there.ts'

export const mappingHoldsNoDescription: Fault = {
  name: 'a mapping does not hold the open file description, so that close releases its flock',
  source: 'mmap(2) NOTES: closing the file descriptor does not unmap the region; mm/mmap.c get_file()',
  breaks: [referencesHaveHolders.name, whatIsMappedIsThere.name],
  apply: patchFunctions((fn) => ({
    addMapping(kernel, mm, fields, locked) {
      fn.addMapping(kernel, mm, fields, locked)
      if (fields.description !== 0) kernel.descriptions.edit(fields.description).references--
    },
    dupMapping(kernel, pid, mapping) {
      fn.dupMapping(kernel, pid, { ...mapping, description: 0 })
    },
    // Whoever maps it is touched, so that the loss is seen before somebody trips over it.
    releaseDescription(kernel, description, tid) {
      fn.releaseDescription(kernel, description, tid)
      const mappers = kernel.mms.ids(({ mappings }) => mappings.some((mapping) => mapping.description === description))
      for (const mm of mappers) kernel.touch(kernel.mms.key(mm))
    },
    unmap(kernel, tid, mapping) {
      fn.unmap(kernel, tid, { ...mapping, description: 0 })
    },
  })),
}
