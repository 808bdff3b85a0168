import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { endOfFileMeansNoWriter } from '../invariants/end-of-file-means-no-writer.ts'

export const endOfFileBesideAWriter: Fault = {
  name: 'a reader gets end-of-file while one writer is left',
  source: 'pipe(7); fs/pipe.c pipe_read()',
  breaks: [endOfFileMeansNoWriter.name],
  apply: patchFunctions(() => ({ isAtEndOfFile: (_kernel, { writers }) => writers <= 1 })),
}
