import { patchSyscall } from '../../model/rules.ts'
import { fails } from '../../model/syscall.ts'
import type { Fault } from '../fault.ts'
import { aRefusedFlockIsLost } from '../invariants/a-refused-flock-is-lost.ts'

export const flockUpgradeKeepsTheOldLock: Fault = {
  name: 'a flock whose change of type is refused keeps the old type',
  source: 'flock(2) "Converting a lock"; fs/locks.c flock_lock_inode()',
  breaks: [aRefusedFlockIsLost.name],
  apply: patchSyscall('flock', (flock) => ({
    ...flock,
    rule(kernel, caller, args: { readonly fd: number; readonly operation: ReadonlySet<string> }) {
      const description = kernel.fn.lockableFile(kernel, caller, args.fd)
      const type = args.operation.has('LOCK_EX') ? 'LOCK_EX' : 'LOCK_SH'
      if (description !== undefined && args.operation.has('LOCK_NB') && !args.operation.has('LOCK_UN')) {
        const { flocks } = kernel.inodes.at(kernel.descriptions.at(description).inode)
        if (kernel.fn.flockConflicts(flocks, description, type)) return fails('EAGAIN')
      }
      return flock.rule(kernel, caller, args as never)
    },
  })),
}
