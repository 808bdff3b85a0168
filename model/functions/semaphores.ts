import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { semaphoreSetChart } from '../lifecycle/semaphore-set.ts'
import type { SemOp } from '../params.ts'
import { SEMVMX, type Semaphore, type UndoEntry } from '../state/ipc.ts'
import type { Undecided } from '../syscall.ts'

/** A new set; its values are 0, though POSIX leaves them open. Source: semget(2); ipc/sem.c newary(). */
export function newSemaphoreSet(kernel: Kernel, pid: number, key: number, count: number): void {
  const semaphores = Array.from({ length: count }, (): Semaphore => ({ value: 0, pid: 0 }))
  const id = kernel.fn.newIpcId(kernel, kernel.sems, pid)
  kernel.sems.put(id, { state: semaphoreSetChart.initial, key, semaphores, unknown: false, sleepers: [] })
}

/** A fork child has no undo list; CLONE_SYSVSEM shares the maker's. Source: semop(2); ipc/sem.c copy_semundo(). */
export function copySemundo(kernel: Kernel, caller: number, _child: number, share: boolean): number {
  if (!share) return 0
  const undo = kernel.fn.undoListOf(kernel, caller)
  kernel.undos.edit(undo).users++
  return undo
}

/** The thread's undo list, made at first need. Source: ipc/sem.c get_undo_list(). */
export function undoListOf(kernel: Kernel, tid: number): number {
  const thread = kernel.threads.at(tid)
  if (thread.undo !== 0) return thread.undo
  const undo = kernel.undos.add(tid, () => ({ users: 1, sets: [] }))
  kernel.threads.edit(tid).undo = undo
  return undo
}

/**
 * A call with SEM_UNDO brings its set to the front of the caller's undo list, even if it then fails or sleeps.
 * Source: ipc/sem.c find_alloc_undo(), lookup_undo().
 */
export function findAllocUndo(kernel: Kernel, tid: number, set: number): void {
  const list = kernel.undos.edit(kernel.fn.undoListOf(kernel, tid))
  const known = list.sets.find((entry) => entry.set === set)
  const entry = known ?? { set, adjustments: kernel.sems.at(set).semaphores.map(() => 0) }
  list.sets = [entry, ...list.sets.filter((other) => other !== known)]
}

/** semadj of each semaphore of the set, in the undo list of a thread. */
export function adjustmentsOf(kernel: Kernel, tid: number, set: number): readonly number[] {
  const { undo } = kernel.threads.at(tid)
  const entry = undo === 0 ? undefined : kernel.undos.at(undo).sets.find((candidate) => candidate.set === set)
  return entry?.adjustments ?? kernel.sems.at(set).semaphores.map(() => 0)
}

/** The values and the semadj of a set after an array of operations. */
export interface Done {
  readonly verdict: 'done'
  readonly values: readonly number[]
  readonly adjustments: readonly number[]
}

/** What an array of operations would do; `at` is the place of the one that blocks. */
export type Attempt =
  | Done
  | { readonly verdict: 'blocks'; readonly at: number }
  | { readonly verdict: 'fails'; readonly errno: 'EAGAIN' | 'ERANGE' }

/**
 * Look at the operations in the order of the array, each with the values that the earlier ones leave; the first that
 * cannot be done decides for all. Source: semop(2); ipc/sem.c perform_atomic_semop_slow().
 */
export function attemptOperations(kernel: Kernel, tid: number, set: number, ops: readonly SemOp[]): Attempt {
  const values = kernel.sems.at(set).semaphores.map(({ value }) => value)
  const adjustments = [...kernel.fn.adjustmentsOf(kernel, tid, set)]
  for (const [at, { num, op, undo, nowait }] of ops.entries()) {
    const value = values[num]!
    const result = value + op
    if ((op === 0 && value !== 0) || result < 0) {
      return nowait ? { verdict: 'fails', errno: 'EAGAIN' } : { verdict: 'blocks', at }
    }
    if (result > SEMVMX) return { verdict: 'fails', errno: 'ERANGE' }
    if (undo) {
      const adjustment = adjustments[num]! - op
      if (!kernel.fn.isSemadj(adjustment)) return { verdict: 'fails', errno: 'ERANGE' }
      adjustments[num] = adjustment
    }
    values[num] = result
  }
  return { verdict: 'done', values, adjustments }
}

/** The range of a semadj is one wider below than above. Source: ipc/sem.c SEMAEM. */
export function isSemadj(adjustment: number): boolean {
  return adjustment >= -SEMVMX - 1 && adjustment <= SEMVMX
}

/** Do the operations of a call that need not sleep; sleepers may be done then. Source: ipc/sem.c __do_semtimedop(). */
export function doOperations(kernel: Kernel, tid: number, set: number, ops: readonly SemOp[], attempt: Done): void {
  kernel.fn.performOperations(kernel, tid, set, ops, attempt)
  if (ops.some(({ op }) => op !== 0)) {
    const named = ops.map(({ num }) => num)
    kernel.fn.completeSleepers(kernel, set, named)
  }
}

/** Do what an attempt found possible, for the process that owns the thread. Source: ipc/sem.c perform_atomic_semop(). */
export function performOperations(
  kernel: Kernel,
  tid: number,
  set: number,
  ops: readonly SemOp[],
  { values, adjustments }: Done,
): void {
  const { pid, undo } = kernel.threads.at(tid)
  const row = kernel.sems.edit(set)
  row.state = advance(semaphoreSetChart, row.state, 'SEMOP')
  const named = new Set(ops.map(({ num }) => num))
  row.semaphores = row.semaphores.map((semaphore, num) => (named.has(num) ? { value: values[num]!, pid } : semaphore))
  if (!ops.some((op) => op.undo)) return
  const list = kernel.undos.edit(undo)
  list.sets = list.sets.map((entry) => (entry.set === set ? { set, adjustments } : entry))
}

/** SETVAL of one semaphore. Nobody undoes to it what was done before. Source: semctl(2); ipc/sem.c semctl_setval(). */
export function setSemval(kernel: Kernel, pid: number, set: number, num: number, value: number): void {
  const row = kernel.sems.edit(set)
  row.state = advance(semaphoreSetChart, row.state, 'SETVAL')
  row.semaphores = row.semaphores.with(num, { value, pid })
  kernel.fn.clearAdjustments(kernel, set, num)
  kernel.fn.completeSleepers(kernel, set, null)
}

/** What is answered of semaphores whose values no trace has shown. */
export const UNKNOWN_VALUES: Undecided = {
  undecided: 'semaphores were set to values that the trace does not show',
  harmless: true,
}

/** SETALL to values that nobody knows: who sleeps may be done, and nobody undoes anything that is known. */
export function forgetSemvals(kernel: Kernel, set: number): void {
  kernel.fn.voidAdjustments(kernel, set)
  for (const { tid } of kernel.sems.at(set).sleepers) kernel.fn.leaveSleepers(kernel, tid)
  kernel.sems.edit(set).unknown = true
}

/** SETALL. Source: semctl(2); ipc/sem.c semctl_main(). */
export function setAllSemvals(kernel: Kernel, pid: number, set: number, values: readonly number[]): void {
  const row = kernel.sems.edit(set)
  row.state = advance(semaphoreSetChart, row.state, 'SETVAL')
  row.semaphores = values.map((value) => ({ value, pid }))
  row.unknown = false
  for (let num = 0; num < values.length; num++) kernel.fn.clearAdjustments(kernel, set, num)
  kernel.fn.completeSleepers(kernel, set, null)
}

/** The semaphore's semadj becomes 0 in every undo list. */
export function clearAdjustments(kernel: Kernel, set: number, num: number): void {
  kernel.undos.forEach(({ sets }, undo) => {
    if (!sets.some((entry) => entry.set === set && entry.adjustments[num] !== 0)) return
    kernel.undos.edit(undo).sets = sets.map((entry) =>
      entry.set === set ? { set, adjustments: entry.adjustments.with(num, 0) } : entry,
    )
  })
}

/** The set goes at once, and with it what undo lists hold for it; sleepers fail. Source: semctl(2); ipc/sem.c freeary(). */
export function removeSemaphoreSet(kernel: Kernel, set: number): void {
  kernel.fn.voidAdjustments(kernel, set)
  kernel.fn.expelSleepers(kernel, set)
  const row = kernel.sems.edit(set)
  row.state = advance(semaphoreSetChart, row.state, 'RMID')
  kernel.sems.remove(set)
  kernel.fn.objectRemoved(kernel, 'sem', set)
}

export function voidAdjustments(kernel: Kernel, set: number): void {
  kernel.undos.forEach(({ sets }, undo) => {
    if (sets.some((entry) => entry.set === set)) {
      kernel.undos.edit(undo).sets = sets.filter((entry) => entry.set !== set)
    }
  })
}

/**
 * One step of dropping the thread's undo list: its last user applies one set's adjustments, the most recently used set
 * first. True when nothing is left. Source: semop(2); ipc/sem.c exit_sem().
 */
export function exitSem(kernel: Kernel, tid: number): boolean {
  const { undo, pid } = kernel.threads.at(tid)
  if (undo === 0) return true
  const list = kernel.undos.at(undo)
  const [entry, ...rest] = list.sets
  if (list.users === 1 && entry !== undefined) {
    kernel.undos.edit(undo).sets = rest
    kernel.fn.applyUndo(kernel, pid, entry)
    return false
  }
  kernel.threads.edit(tid).undo = 0
  if (list.users === 1) kernel.undos.remove(undo)
  else kernel.undos.edit(undo).users--
  return true
}

/** Add a set's semadj to its semvals, in one atomic step; it neither waits nor fails. Then sleepers may be done. */
export function applyUndo(kernel: Kernel, pid: number, entry: UndoEntry): void {
  const row = kernel.sems.edit(entry.set)
  row.state = advance(semaphoreSetChart, row.state, 'UNDO')
  row.semaphores = row.semaphores.map((semaphore, num): Semaphore => {
    const adjustment = entry.adjustments[num] ?? 0
    return adjustment === 0 ? semaphore : { value: kernel.fn.clampSemval(semaphore.value + adjustment), pid }
  })
  kernel.fn.completeSleepers(kernel, entry.set, null)
}

/** Linux clamps where the man page says "restored". Source: semop(2) under BUGS; ipc/sem.c exit_sem(). */
export function clampSemval(value: number): number {
  return Math.min(Math.max(value, 0), SEMVMX)
}
