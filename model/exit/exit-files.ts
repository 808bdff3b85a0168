import type { ExitPhase } from '../rules.ts'

/**
 * The descriptor table is dropped; its last user closes it in ascending order, one slot a step, and only queues what
 * the release of an open file description brings. Source: kernel/exit.c exit_files(), fs/file.c close_files().
 */
export const exitFiles: ExitPhase = {
  name: 'exit_files',
  state: 'exiting.files',
  run(kernel, tid) {
    const { files, cursor } = kernel.threads.at(tid)
    if (files === 0) return true
    const table = kernel.files.at(files)
    if (table.users === 1) {
      let fd = cursor
      while (fd < table.slots.length && table.slots[fd] === 0) fd++
      if (fd < table.slots.length) {
        kernel.threads.edit(tid).cursor = fd + 1
        kernel.fn.closeFd(kernel, tid, fd)
        return false
      }
    }
    kernel.threads.edit(tid).files = 0
    if (table.users === 1) kernel.files.remove(files)
    else kernel.files.edit(files).users--
    return true
  },
}
