import { PAGE } from '../../model/functions/memory.ts'
import { patchFunctions } from '../../model/rules.ts'
import { isBlocked, succeeds } from '../../model/syscall.ts'
import type { Fault } from '../fault.ts'
import { pipeSlotsArePages } from '../invariants/pipe-slots-are-pages.ts'

export const aFullPipeTakesOneMore: Fault = {
  name: 'a full pipe takes one more page',
  source: 'pipe(7) "Pipe capacity"; fs/pipe.c pipe_full()',
  breaks: [pipeSlotsArePages.name],
  apply: patchFunctions((fn) => ({
    pipeWrite(kernel, caller, description, data, count) {
      const answer = fn.pipeWrite(kernel, caller, description, data, count)
      if (!isBlocked(answer) || count > PAGE) return answer
      const { inode } = kernel.descriptions.at(description)
      return succeeds(count, (k) => {
        const row = k.inodes.edit(inode)
        const more = { bytes: count, room: PAGE - count, packet: false, data: '' }
        row.pipe = { ...row.pipe!, buffers: [...row.pipe!.buffers, more] }
      })
    },
  })),
}
