import type { Kernel } from '../kernel.ts'
import { SEMVMX, type Semaphore, type UndoEntry } from '../state/ipc.ts'

/** A fork child has no undo list; CLONE_SYSVSEM shares the maker's. Source: semop(2); ipc/sem.c copy_semundo(). */
export function copySemundo(kernel: Kernel, caller: number, child: number, share: boolean): number {
  if (!share) return 0
  const undo = kernel.fn.undoListOf(kernel, caller)
  kernel.undos.edit(undo).users++
  void child
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
 * One step of dropping the thread's undo list: its last user applies one set's adjustments, the most recently used set
 * first. True when nothing is left. Source: semop(2); ipc/sem.c exit_sem().
 */
export function exitSem(kernel: Kernel, tid: number): boolean {
  const { undo } = kernel.threads.at(tid)
  if (undo === 0) return true
  const list = kernel.undos.at(undo)
  const [entry, ...rest] = list.sets
  if (list.users === 1 && entry !== undefined) {
    kernel.undos.edit(undo).sets = rest
    kernel.fn.applyUndo(kernel, kernel.threads.at(tid).pid, entry)
    return false
  }
  kernel.threads.edit(tid).undo = 0
  if (list.users === 1) kernel.undos.remove(undo)
  else kernel.undos.edit(undo).users--
  return true
}

/** Add a set's semadj to its semvals, in one atomic step; it neither waits nor fails. */
export function applyUndo(kernel: Kernel, pid: number, entry: UndoEntry): void {
  if (!kernel.sems.has(entry.set)) return
  const row = kernel.sems.edit(entry.set)
  row.semaphores = row.semaphores.map((semaphore, num): Semaphore => {
    const adjustment = entry.adjustments[num] ?? 0
    return adjustment === 0 ? semaphore : { value: kernel.fn.clampSemval(semaphore.value + adjustment), pid }
  })
}

/** Linux clamps where the man page says "restored". Source: semop(2) under BUGS; ipc/sem.c exit_sem(). */
export function clampSemval(value: number): number {
  return Math.min(Math.max(value, 0), SEMVMX)
}
