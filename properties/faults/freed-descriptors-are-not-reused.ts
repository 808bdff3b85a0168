import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { callsTakeTheLowestDescriptor } from '../invariants/calls-take-the-lowest-descriptor.ts'

export const freedDescriptorsAreNotReused: Fault = {
  name: 'a new descriptor goes above all that were ever open',
  source: 'open(2); POSIX XSH 2.14; fs/file.c alloc_fd()',
  breaks: [callsTakeTheLowestDescriptor.name],
  apply: patchFunctions((fn) => ({
    lowestFree: (kernel, files, from) =>
      fn.lowestFree(kernel, files, Math.max(from ?? 0, kernel.files.at(files).slots.length)),
  })),
}
