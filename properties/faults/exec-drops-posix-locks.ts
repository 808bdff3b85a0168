import { patchExecPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { execKeepsPosixLocks } from '../invariants/exec-keeps-posix-locks.ts'

export const execDropsPosixLocks: Fault = {
  name: 'exec drops the POSIX locks of the process',
  source: 'fcntl(2), execve(2): record locks are preserved; fs/exec.c begin_new_exec()',
  breaks: [execKeepsPosixLocks.name],
  apply: patchExecPhases((phases) =>
    phases.map((phase, index) => ({
      ...phase,
      run(kernel, tid) {
        const { files } = kernel.threads.at(tid)
        if (index === phases.length - 1) {
          for (const inode of kernel.inodes.ids(({ recordLocks }) => recordLocks.length > 0))
            kernel.fn.locksRemovePosix(kernel, files, inode)
        }
        return phase.run(kernel, tid)
      },
    })),
  ),
}
