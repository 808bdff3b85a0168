import { UNKNOWN_VALUES } from './semaphores.ts'
import type { Kernel } from '../kernel.ts'
import type { SemOp } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, fails, goesOn, succeeds, type Answer, type Outcome } from '../syscall.ts'

/** SEMOPM: operations in a call at the most. Source: semop(2). */
const SEMOPM = 500

/** What semop and semtimedop have in common; `timeout` in ms, null for none. Source: semop(2); ipc/sem.c __do_semtimedop(). */
export function semopRule(
  kernel: Kernel,
  caller: Readonly<Thread>,
  id: number,
  ops: readonly SemOp[],
  timeout: number | null,
): Answer {
  if (caller.sleepsOn !== null) return blocksOn(kernel.sems.key(id))
  if (ops.length === 0) return fails('EINVAL')
  if (ops.length > SEMOPM) return fails('E2BIG')
  if (timeout !== null && timeout < 0) return fails('EINVAL')
  const set = kernel.sems.get(id)
  if (set === undefined) return kernel.fn.noObject(caller)

  if (set.unknown) return UNKNOWN_VALUES

  const undoes = ops.some(({ undo }) => undo)
  const recall = (k: Kernel) => {
    if (undoes) k.fn.findAllocUndo(k, caller.tid, id)
  }
  const refuses = (errno: 'EFBIG' | 'ERANGE' | 'EAGAIN'): Outcome => ({ result: errno, effect: recall })

  if (ops.some(({ num }) => num >= set.semaphores.length)) return [refuses('EFBIG')]
  const attempt = kernel.fn.attemptOperations(kernel, caller.tid, id, ops)
  switch (attempt.verdict) {
    case 'fails':
      return [refuses(attempt.errno)]
    case 'blocks': {
      const sleep = goesOn((k) => {
        recall(k)
        k.fn.sleepOnSet(k, caller.tid, id, ops, attempt.at)
      })
      return timeout === 0 ? [refuses('EAGAIN'), ...sleep] : sleep
    }
    case 'done':
      return succeeds(0, (k) => {
        recall(k)
        k.fn.doOperations(k, caller.tid, id, ops, attempt)
      })
  }
}
