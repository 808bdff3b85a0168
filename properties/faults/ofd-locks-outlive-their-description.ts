import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { ofdLocksEndWithTheirDescription } from '../invariants/ofd-locks-end-with-their-description.ts'

export const ofdLocksOutliveTheirDescription: Fault = {
  name: 'an OFD lock outlives its open file description',
  source: 'fcntl(2) "Open file description locks"; fs/locks.c locks_remove_file()',
  breaks: [ofdLocksEndWithTheirDescription.name],
  apply: patchFunctions(() => ({
    locksRemoveFile: (kernel, description) => kernel.fn.removeFlock(kernel, description, 'CLOSE'),
  })),
}
