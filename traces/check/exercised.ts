import { isErrno } from '../../model/errno.ts'
import type { Syscall } from '../../model/syscall.ts'
import type { Exercised } from '../../properties/exercised.ts'
import type { Result } from '../strace/result.ts'

/** For the option `onReturn` of a check: counts how the calls of a capture came out. */
export const countReturns =
  (exercised: Exercised) =>
  ({ hashAs, returns }: Syscall, result: Result): void => {
    const outcome = outcomeOf(result)
    if (outcome !== 'ends' || returns === 'nothing') exercised.count(hashAs, outcome)
  }

function outcomeOf(result: Result): string {
  switch (result.kind) {
    case 'value':
      return 'success'
    case 'error':
      return isErrno(result.errno) ? result.errno : 'another error'
    case 'restart':
      return 'interrupted'
    case 'none':
      return 'ends'
  }
}
