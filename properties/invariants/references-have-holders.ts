import { always, sometimes } from '../invariant.ts'
import { holdersOf } from '../holders.ts'

export const referencesHaveHolders = always({
  name: 'the references of each open file description are its descriptors, its mappings, messages and the calls that hold it',
  source: 'open(2), close(2), mmap(2); fs/file_table.c get_file(), fput()',
  of: 'descriptions',
  offends: (kernel, { references }, id) => references > 0 && references !== holdersOf(kernel, id),
  sometimes: sometimes({
    name: 'an open file description has descriptors in two tables',
    of: 'descriptions',
    seen: (kernel, { references }, id) =>
      references > 1 && kernel.files.count(({ slots }) => slots.some((slot) => slot >> 1 === id)) > 1,
  }),
})
