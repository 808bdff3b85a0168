import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitLeavesMessageQueues } from '../invariants/exit-leaves-message-queues.ts'

export const exitEmptiesMessageQueues: Fault = {
  name: 'exit takes back the messages that the process sent last',
  source: 'svipc(7); kernel/exit.c do_exit()',
  breaks: [exitLeavesMessageQueues.name],
  apply: patchFunctions(({ exitShm }) => ({
    exitShm(kernel, tid) {
      exitShm(kernel, tid)
      const { pid } = kernel.threads.at(tid)
      for (const queue of kernel.msgs.ids(({ lspid, messages }) => lspid === pid && messages.length > 0)) {
        kernel.msgs.edit(queue).messages = []
      }
    },
  })),
}
