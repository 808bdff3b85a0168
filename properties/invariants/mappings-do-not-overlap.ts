import { endOf } from '../../model/functions/mappings.ts'
import { always, sometimes } from '../invariant.ts'

export const mappingsDoNotOverlap = always({
  name: 'the mappings of an address space stand in order of their addresses, and no two overlap',
  source: 'mmap(2) MAP_FIXED; mm/vma.c __split_vma(), vma_merge()',
  of: 'mms',
  offends: (_, { mappings }) =>
    mappings.some((mapping, place) => place > 0 && endOf(mappings[place - 1]!) > mapping.address),
  sometimes: sometimes({
    name: 'a mapping begins where the one before it ends',
    of: 'mms',
    seen: (_, { mappings }) =>
      mappings.some((mapping, place) => place > 0 && endOf(mappings[place - 1]!) === mapping.address),
  }),
})
