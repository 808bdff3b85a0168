import type { Kernel } from '../kernel.ts'
import type { SemOp } from '../params.ts'
import type { SemaphoreSleeper } from '../state/ipc.ts'

/*
 * Sleeping semops, and who completes them.
 *
 * A call that must sleep joins the set's sleepers in a step of its own, as it does in the kernel under the set's lock;
 * the order of those steps is the order of the queue. From then on it does nothing: whoever changes the set looks at the
 * sleepers before anybody else can look at the set, does the work of those which can go on, and gives them their result.
 * So no newcomer can take what a sleeper could use, and a sleeper completed has its result whatever signal comes.
 *
 * The kernel spreads the queue over lists (a list a semaphore for single operations, moved to one list while a call
 * with several operations sleeps). Single decrements of different semaphores cannot be in each other's way, and those of
 * one semaphore keep their order in either place, so one queue in order of arrival gives the same results.
 */

/** Operations that only wait for zeros. */
const onlyWaits = (ops: readonly SemOp[]): boolean => ops.every(({ op }) => op === 0)

/** The call sleeps behind those that are there, on the operation that blocks. Source: ipc/sem.c __do_semtimedop(). */
export function sleepOnSet(kernel: Kernel, tid: number, set: number, ops: readonly SemOp[], blocking: number): void {
  const row = kernel.sems.edit(set)
  row.sleepers = [...row.sleepers, { tid, ops, blocking }]
  kernel.fn.joinSleepers(kernel, tid, { kind: 'sem', id: set })
}

/**
 * Complete every sleeper that the present values let go on: first those that wait for zero, then the others in order of
 * arrival, beginning anew after each. `changed` are the semaphores that an operation named; null: any may have changed.
 * Source: ipc/sem.c do_smart_update(), update_queue().
 */
export function completeSleepers(kernel: Kernel, set: number, changed: readonly number[] | null): void {
  if (kernel.sems.at(set).sleepers.length === 0) return
  kernel.fn.completeWaitsForZero(kernel, set, changed)
  while (completeOneChange(kernel, set));
}

/**
 * Calls that sleep until one semaphore is zero, then, if any of the changed ones is, calls that wait for several zeros.
 * Source: ipc/sem.c do_smart_wakeup_zero(), wake_const_ops().
 */
export function completeWaitsForZero(kernel: Kernel, set: number, changed: readonly number[] | null): void {
  const { semaphores } = kernel.sems.at(set)
  const zeros = (changed ?? semaphores.map((_, num) => num)).filter((num) => semaphores[num]!.value === 0)
  for (const num of zeros) {
    retryAll(kernel, set, ({ ops }) => ops.length === 1 && ops[0]!.op === 0 && ops[0]!.num === num)
  }
  if (zeros.length > 0) retryAll(kernel, set, ({ ops }) => ops.length > 1 && onlyWaits(ops))
}

function retryAll(kernel: Kernel, set: number, concerns: (sleeper: SemaphoreSleeper) => boolean): void {
  for (const sleeper of kernel.sems.at(set).sleepers.filter(concerns)) kernel.fn.retrySleeper(kernel, set, sleeper)
}

/** The first sleeper that would change the set and can; false when none can. */
function completeOneChange(kernel: Kernel, set: number): boolean {
  for (const sleeper of kernel.fn.sleepersInOrder(kernel, set)) {
    if (onlyWaits(sleeper.ops) || !kernel.fn.retrySleeper(kernel, set, sleeper)) continue
    const named = sleeper.ops.map(({ num }) => num)
    kernel.fn.completeWaitsForZero(kernel, set, named)
    return true
  }
  return false
}

/** Sleepers in the order in which they are looked at: that of their arrival. */
export function sleepersInOrder(kernel: Kernel, set: number): readonly SemaphoreSleeper[] {
  return kernel.sems.at(set).sleepers
}

/**
 * Look at a sleeping call anew, as a whole: it may be done, fail after all (a later IPC_NOWAIT operation, a value out of
 * range), or sleep on at another operation. True when it is done.
 */
export function retrySleeper(kernel: Kernel, set: number, sleeper: SemaphoreSleeper): boolean {
  const { tid, ops, blocking } = sleeper
  const attempt = kernel.fn.attemptOperations(kernel, tid, set, ops)
  const replace = (by: readonly SemaphoreSleeper[]) => {
    const row = kernel.sems.edit(set)
    row.sleepers = row.sleepers.flatMap((other) => (other.tid === tid ? by : [other]))
  }
  switch (attempt.verdict) {
    case 'blocks':
      if (attempt.at !== blocking) replace([{ tid, ops, blocking: attempt.at }])
      return false
    case 'fails':
      replace([])
      kernel.fn.completeSleeper(kernel, tid, attempt.errno)
      return false
    case 'done':
      replace([])
      kernel.fn.performOperations(kernel, tid, set, ops, attempt)
      kernel.fn.completeSleeper(kernel, tid, 0)
      return true
  }
}

/** Every sleeper fails: its set is being removed. Source: semctl(2); ipc/sem.c freeary(). */
export function expelSleepers(kernel: Kernel, set: number): void {
  for (const { tid } of kernel.sems.at(set).sleepers) kernel.fn.completeSleeper(kernel, tid, 'EIDRM')
  kernel.sems.edit(set).sleepers = []
}

/**
 * semncnt or semzcnt: calls that sleep, by their first operation that blocks, until the semaphore grows or is zero.
 * Source: semctl(2); ipc/sem.c count_semcnt().
 */
export function countSleepers(kernel: Kernel, set: number, num: number, forZero: boolean): number {
  return kernel.sems.at(set).sleepers.filter(({ ops, blocking }) => {
    const at = ops[blocking]!
    return at.num === num && (at.op === 0) === forZero
  }).length
}
