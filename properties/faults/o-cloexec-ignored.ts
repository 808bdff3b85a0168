import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { opensHonourCloexec } from '../invariants/opens-honour-cloexec.ts'

export const oCloexecIgnored: Fault = {
  name: 'O_CLOEXEC is ignored',
  source: 'open(2) O_CLOEXEC, pipe2(2); fs/file.c alloc_fd()',
  breaks: [opensHonourCloexec.name],
  apply: patchFunctions((fn) => ({
    installFd: (kernel, tid, description) => fn.installFd(kernel, tid, description, false),
  })),
}
