import { always, sometimes } from '../invariant.ts'

export const promisesAreThoseOfCallsUnderWay = always({
  name: 'a number that is kept for a descriptor to come is kept for one call that is under way',
  source: 'open(2); fs/file.c get_unused_fd_flags(), put_unused_fd(), fd_install()',
  of: 'files',
  offends: (kernel, { reserved }, files) =>
    reserved.some(
      (fd) =>
        kernel.threads.count((thread) => thread.files === files && thread.unfinished?.fds.includes(fd) === true) !== 1,
    ),
  sometimes: sometimes({
    name: 'two calls under way have numbers kept for descriptors to come',
    of: 'files',
    seen: (kernel, { users, reserved }, files) =>
      reserved.length > 1 &&
      users > 1 &&
      kernel.threads.count((thread) => thread.files === files && (thread.unfinished?.fds.length ?? 0) > 0) > 1,
  }),
})
