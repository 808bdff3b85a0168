import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { noSleepOnAPipeWithoutTheOtherSide } from '../invariants/no-sleep-on-a-pipe-without-the-other-side.ts'
import { pipeEndsAreCounted } from '../invariants/pipe-ends-are-counted.ts'

export const aReleasedWriterStillCounts: Fault = {
  name: 'a pipe still counts a writer that has closed it',
  source: 'pipe(7); fs/pipe.c pipe_release()',
  breaks: [pipeEndsAreCounted.name, noSleepOnAPipeWithoutTheOtherSide.name],
  apply: patchFunctions((fn) => ({
    pipeRelease(kernel, description) {
      if (description.access !== 'O_WRONLY') fn.pipeRelease(kernel, description)
    },
  })),
}
