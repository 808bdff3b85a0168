import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const releasesRunInOrderOfClosing: Fault = {
  name: 'the open file descriptions of a dying process are released lowest descriptor first',
  source: 'kernel/task_work.c task_work_run(), fs/file.c close_files()',
  breaks: [],
  apply: patchFunctions((fn) => ({
    taskWorkRunOne(kernel, tid) {
      const [first, ...rest] = kernel.threads.at(tid).work
      kernel.threads.edit(tid).work = [...rest, first!]
      fn.taskWorkRunOne(kernel, tid)
    },
  })),
}
