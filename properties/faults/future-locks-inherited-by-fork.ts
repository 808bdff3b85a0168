import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { forkPassesOnNoMemoryLock } from '../invariants/fork-passes-on-no-memory-lock.ts'

export const futureLocksInheritedByFork: Fault = {
  name: 'a forked child has the MCL_FUTURE of its parent',
  source: 'mlockall(2) NOTES; include/linux/sched/coredump.h MMF_INIT_MASK, kernel/fork.c mm_init()',
  breaks: [forkPassesOnNoMemoryLock.name],
  apply: patchFunctions((fn) => ({
    copyMm(kernel, caller, child, share) {
      const copy = fn.copyMm(kernel, caller, child, share)
      const { lockFuture } = kernel.mms.at(kernel.threads.at(caller).mm)
      if (!share && lockFuture) kernel.mms.edit(copy).lockFuture = true
      return copy
    },
  })),
}
