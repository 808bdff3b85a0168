import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { promisesAreThoseOfCallsUnderWay } from '../invariants/promises-are-those-of-calls-under-way.ts'

export const aFailedOpenKeepsItsNumber: Fault = {
  name: 'a call that has got a number for a descriptor and then fails leaves the number taken',
  source: 'fs/open.c do_sys_openat2(); fs/file.c put_unused_fd()',
  breaks: [promisesAreThoseOfCallsUnderWay.name],
  apply: patchFunctions((fn) => ({
    finishCall(kernel, tid) {
      const { unfinished } = kernel.threads.at(tid)
      if (unfinished!.fds.length > 0) kernel.threads.edit(tid).unfinished = { ...unfinished!, fds: [] }
      fn.finishCall(kernel, tid)
    },
  })),
}
