import { descriptionOf } from '../../model/functions/files.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { closingAQueueEndsItsRegistration } from '../invariants/closing-a-queue-ends-its-registration.ts'

export const registrationKeptByASecondDescriptor: Fault = {
  name: 'a registration at a POSIX queue goes with the last descriptor only that its process has of the queue',
  source: 'mq_close(3) says "via this message queue descriptor"; ipc/mqueue.c mqueue_flush_file() goes by the process',
  breaks: [closingAQueueEndsItsRegistration.name],
  apply: patchFunctions((fn) => ({
    mqueueFlushFile(kernel, tid, description) {
      const { slots } = kernel.files.at(kernel.threads.at(tid).files)
      const another = slots.some((slot) => kernel.descriptions.get(descriptionOf(slot))?.inode === description.inode)
      if (!another) fn.mqueueFlushFile(kernel, tid, description)
    },
  })),
}
