import { mayWrite } from '../../model/functions/pipes.ts'
import { eachStep, named } from '../invariant.ts'

export const endOfFileMeansNoWriter = eachStep<true>({
  name: 'a read of a pipe returns nothing only when nobody has it open for writing',
  source: 'pipe(7); fs/pipe.c pipe_read()',
  on: ['effect'],
  effectsOf: named('read'),
  before(kernel, event) {
    const thread = kernel.threads.at(event.tid)
    const { args } = thread.call!
    if (args.count === 0) return undefined
    const description = kernel.descriptions.get(kernel.fn.describedBy(kernel, thread, args.fd as number))
    if (description?.kind !== 'pipe') return undefined
    const { inode } = description
    const writers = kernel.descriptions.ids((row) => row.inode === inode && row.kind === 'pipe' && mayWrite(row.access))
    return writers.length > 0 ? true : undefined
  },
  after(kernel, event) {
    return kernel.threads.at(event.tid).result === 0 ? 'a read returned 0 while somebody could still write' : undefined
  },
})
