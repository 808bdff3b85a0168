import { always, sometimes } from '../invariant.ts'

export const promisedDescriptorsAreFree = always({
  name: 'a descriptor that is promised to a call under way is in use by nobody',
  source: 'open(2); fs/file.c get_unused_fd_flags()',
  of: 'files',
  offends: (_kernel, { slots, reserved }) => reserved.some((fd) => (slots[fd] ?? 0) !== 0),
  sometimes: sometimes({
    name: 'a call is under way with a descriptor promised to it',
    of: 'files',
    seen: (_kernel, { reserved }) => reserved.length > 0,
  }),
})
