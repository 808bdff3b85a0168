import { patchFunctions } from '../../model/rules.ts'
import { isExiting } from '../../model/functions/signals.ts'
import type { Fault } from '../fault.ts'
import { closingAQueueEndsItsRegistration } from '../invariants/closing-a-queue-ends-its-registration.ts'

export const registrationKeptAtExit: Fault = {
  name: 'a process that exits stays registered at its POSIX queues',
  source: 'mq_notify(3); ipc/mqueue.c mqueue_flush_file()',
  breaks: [closingAQueueEndsItsRegistration.name],
  apply: patchFunctions((fn) => ({
    mqueueFlushFile(kernel, tid, description) {
      if (!isExiting(kernel.threads.at(tid))) fn.mqueueFlushFile(kernel, tid, description)
    },
  })),
}
