import { EMPTY_PIPE } from '../../model/functions/pipes.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { pipeEndsFollowTheirCounts } from '../invariants/pipe-ends-follow-their-counts.ts'

export const aFifoKeepsItsData: Fault = {
  name: 'a FIFO keeps its unread data when all have closed it',
  source: 'fifo(7); fs/pipe.c put_pipe_info(), free_pipe_info()',
  breaks: [pipeEndsFollowTheirCounts.name],
  apply: patchFunctions(() => ({ freePipe: ({ buffers }) => ({ ...EMPTY_PIPE, buffers }) })),
}
