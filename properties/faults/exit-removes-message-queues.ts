import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitLeavesMessageQueues } from '../invariants/exit-leaves-message-queues.ts'
import { ipcObjectsSurviveExit } from '../invariants/ipc-objects-survive-exit.ts'

export const exitRemovesMessageQueues: Fault = {
  name: 'a message queue is removed when the process that sent last exits',
  source: 'svipc(7); kernel/exit.c do_exit()',
  breaks: [ipcObjectsSurviveExit.name, exitLeavesMessageQueues.name],
  apply: patchFunctions(({ exitShm }) => ({
    exitShm(kernel, tid) {
      exitShm(kernel, tid)
      const { pid } = kernel.threads.at(tid)
      for (const queue of kernel.msgs.ids(({ lspid }) => lspid === pid)) kernel.fn.removeMessageQueue(kernel, queue)
    },
  })),
}
