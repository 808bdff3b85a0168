import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { usersOfATableAreThreads } from '../invariants/users-of-a-table-are-threads.ts'
import { RULES_HOLD_TOGETHER } from '../hold.ts'

export const sharedTableCountsNoNewUser: Fault = {
  name: 'CLONE_FILES shares the descriptor table and does not count the new user',
  source: 'clone(2); kernel/fork.c copy_files()',
  breaks: [usersOfATableAreThreads.name, RULES_HOLD_TOGETHER.name],
  apply: patchFunctions(({ copyFiles }) => ({
    copyFiles: (kernel, caller, child, share) =>
      share ? kernel.threads.at(caller).files : copyFiles(kernel, caller, child, share),
  })),
}
