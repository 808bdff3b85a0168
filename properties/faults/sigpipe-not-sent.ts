import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { epipeComesWithSigpipe } from '../invariants/epipe-comes-with-sigpipe.ts'

export const sigpipeNotSent: Fault = {
  name: 'a write to a broken pipe draws no SIGPIPE',
  source: 'write(2), pipe(7); fs/pipe.c pipe_write()',
  breaks: [epipeComesWithSigpipe.name],
  apply: patchFunctions(() => ({ sendSigpipe: () => undefined })),
}
