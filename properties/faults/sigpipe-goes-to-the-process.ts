import { SIGPIPE } from '../../model/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { epipeComesWithSigpipe } from '../invariants/epipe-comes-with-sigpipe.ts'

export const sigpipeGoesToTheProcess: Fault = {
  name: 'SIGPIPE is sent to the process, not to the thread that wrote',
  source: 'signal(7); fs/pipe.c pipe_write(), kernel/signal.c send_sig()',
  breaks: [epipeComesWithSigpipe.name],
  apply: patchFunctions((fn) => ({
    sendSigpipe(kernel, tid) {
      const { pid } = kernel.threads.at(tid)
      fn.sendToProcess(kernel, pid, { signal: SIGPIPE, code: 'SI_USER', pid })
    },
  })),
}
