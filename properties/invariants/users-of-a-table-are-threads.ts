import { always, sometimes } from '../invariant.ts'

export const usersOfATableAreThreads = always({
  name: 'a descriptor table has as many users as there are threads that use it',
  source: 'clone(2) CLONE_FILES; kernel/fork.c copy_files(), fs/file.c put_files_struct()',
  of: 'files',
  offends(kernel, { users }, id) {
    let threads = 0
    kernel.threads.forEach(({ files }) => {
      if (files === id) threads++
    })
    return threads !== users
  },
  sometimes: sometimes({
    name: 'two threads use one descriptor table',
    of: 'files',
    seen: (_kernel, { users }) => users > 1,
  }),
})
