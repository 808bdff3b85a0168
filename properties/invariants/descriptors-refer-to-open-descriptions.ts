import { descriptionOf } from '../../model/functions/files.ts'
import { always, sometimes } from '../invariant.ts'

export const descriptorsReferToOpenDescriptions = always({
  name: 'a descriptor refers to an open file description that is open',
  source: 'open(2); fs/file.c close_fd_get_file(), fs/file_table.c fput()',
  of: 'files',
  offends: (kernel, { slots }) =>
    slots.some((slot) => slot !== 0 && kernel.descriptions.get(descriptionOf(slot))?.state !== 'open'),
  sometimes: sometimes({
    name: 'two descriptors of a table refer to one open file description',
    of: 'files',
    seen: (_kernel, { slots, used }) =>
      new Set(slots.map((slot) => descriptionOf(slot))).size < used + (slots.includes(0) ? 1 : 0),
  }),
})
