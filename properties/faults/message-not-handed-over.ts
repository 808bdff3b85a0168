import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { receiversFindNoMessage } from '../invariants/receivers-find-no-message.ts'

export const messageNotHandedOver: Fault = {
  name: 'msgsnd leaves its message in the queue while receivers sleep',
  source: 'ipc/msg.c pipelined_send()',
  breaks: [receiversFindNoMessage.name],
  apply: patchFunctions(() => ({ handOver: () => false })),
}
