import { INIT } from '../../model/functions/signals.ts'
import { always, sometimes } from '../invariant.ts'
import { holdersOfDescriptions } from '../holders.ts'

/** A recount of the whole kernel, so it hangs on a row that is seldom written; every run ends with it. */
export const referencesHaveHolders = always({
  name: 'the references of each open file description are its descriptors, its mappings and the calls that hold it',
  source: 'open(2), close(2), mmap(2); fs/file_table.c get_file(), fput()',
  of: 'processes',
  offends(kernel, { pid }) {
    if (pid !== INIT) return false
    const holders = holdersOfDescriptions(kernel)
    return kernel.descriptions
      .ids(({ references }) => references > 0)
      .some((id) => kernel.descriptions.at(id).references !== (holders.get(id) ?? 0))
  },
  sometimes: sometimes({
    name: 'an open file description has descriptors in two tables',
    of: 'descriptions',
    seen: (kernel, { references }, id) =>
      references > 1 && kernel.files.ids(({ slots }) => slots.some((slot) => slot >> 1 === id)).length > 1,
  }),
})
