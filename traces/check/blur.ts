import { descriptionOf } from '../../model/functions/files.ts'
import type { Kernel } from '../../model/kernel.ts'
import { idOfKey, tableOfKey } from '../../model/state/table.ts'
import { answer, isBlocked, isUndecided, type Call } from '../../model/syscall.ts'
import type { Result as SeenResult } from '../strace/result.ts'

/** Calls of which all that decides is in the rows that they read. */
const BY_ROWS =
  /^(close|close_range|dup[23]?|fcntl|pipe2?|socketpair|read|write|wait4|waitid|getpid|gettid|getppid|munmap|mprotect)$/

/** What any process may do to any other: a signal, a limit. */
const BY_ANYBODY: ReadonlySet<string> = new Set(['EINTR', 'EMFILE', 'EAGAIN'])

/** A line that is not followed, and why. */
export interface Unfollowed {
  readonly line: number
  readonly why: string
}

/**
 * What may no longer be as the model has it: what processes that were lost from sight, or did what is not followed, may
 * have changed since. Of what they have no hold of, the model speaks as before.
 */
export class Blur {
  /** The first line that was not followed. */
  since: Unfollowed | undefined
  private isEverywhere = false
  /** Processes that may have done what the model does not know. */
  private readonly blurred = new Set<number>()
  /** They may have left, or taken, children of theirs. */
  private readonly ancestors = new Set<number>()
  /** What they had a hold of when that began, and may have kept by other ways than the model knows. */
  private readonly kept = heldToo()

  /** From this line on it is not known what a process has done; without one, what anybody has. */
  begins(line: number, why: string, kernels: readonly Kernel[], pid: number | undefined): void {
    this.since ??= { line, why }
    if (pid === undefined) {
      this.isEverywhere = true
      return
    }
    this.blurred.add(pid)
    for (const kernel of kernels) {
      addHeld(this.kept, kernel, this.blurred)
      const parentOf = (process: number) => kernel.processes.get(process)?.parent ?? 0
      for (let up = parentOf(pid); up !== 0 && !this.ancestors.has(up); up = parentOf(up)) this.ancestors.add(up)
    }
  }

  /** A process is made by a thread. */
  born(kernel: Kernel, maker: number, child: number): void {
    if (this.blurred.has(kernel.threads.get(maker)?.pid ?? 0)) this.blurred.add(child)
  }

  /** Whether nothing that is not followed can be behind what a call returned: none of it has a hold of the rows that decide. */
  isApart(kernels: readonly Kernel[], tid: number, call: Call, result: SeenResult, keys: readonly number[]): boolean {
    if (this.isEverywhere || result.kind === 'restart' || result.kind === 'none') return false
    if (result.kind === 'error' && BY_ANYBODY.has(result.errno)) return false
    return kernels.every((kernel) => {
      const thread = kernel.threads.get(tid)
      if (thread === undefined || this.blurred.has(thread.pid)) return false
      if (call.syscall.name.startsWith('wait') && this.ancestors.has(thread.pid)) return false
      if (!BY_ROWS.test(call.syscall.name) && !getsAnotherNumber(kernel, tid, call, result)) return false
      const held = heldToo(this.kept)
      addHeld(held, kernel, this.blurred)
      return keys.every((key) => this.isBeyond(kernel, held, key))
    })
  }

  /** None of those processes can have changed the row with this key. */
  private isBeyond(kernel: Kernel, held: Held, key: number): boolean {
    const id = idOfKey(key)
    switch (tableOfKey(key)) {
      case kernel.threads.index:
        return !this.blurred.has(kernel.threads.get(id)?.pid ?? 0)
      case kernel.processes.index:
        return !this.blurred.has(id)
      case kernel.files.index:
        return !held.tables.has(id)
      case kernel.mms.index:
        return !held.mms.has(id)
      case kernel.descriptions.index:
        return this.isOfOthers(kernel, held, kernel.descriptions.get(id)?.inode ?? 0)
      case kernel.inodes.index:
        return this.isOfOthers(kernel, held, id)
      default:
        return false
    }
  }

  /** A file that none of them made, had open, or can find by a name. */
  private isOfOthers({ inodes }: Kernel, held: Held, id: number): boolean {
    const inode = inodes.get(id)
    if (inode === undefined) return true
    const isMade = this.blurred.has(id >>> inodes.shift)
    return inode.kind === 'pipe' && inode.links === 0 && !isMade && !held.inodes.has(id)
  }
}

/** What processes have a hold of. */
interface Held {
  readonly tables: Set<number>
  readonly inodes: Set<number>
  readonly mms: Set<number>
}

/** The same, to be added to; or nothing. */
const heldToo = (held?: Held): Held => ({
  tables: new Set(held?.tables),
  inodes: new Set(held?.inodes),
  mms: new Set(held?.mms),
})

function addHeld(held: Held, kernel: Kernel, processes: ReadonlySet<number>): void {
  kernel.threads.forEach(({ pid, files, mm }) => {
    if (!processes.has(pid)) return
    held.tables.add(files)
    held.mms.add(mm)
    for (const slot of kernel.files.get(files)?.slots ?? [])
      if (slot !== 0) held.inodes.add(kernel.descriptions.at(descriptionOf(slot)).inode)
  })
}

/** The call has got another descriptor than the lowest, which the table alone decides. */
function getsAnotherNumber(kernel: Kernel, tid: number, call: Call, result: SeenResult): boolean {
  if (call.syscall.makes !== 'fd' || result.kind !== 'value') return false
  const outcomes = answer(kernel, kernel.threads.at(tid), call)
  return (
    !isUndecided(outcomes) && !isBlocked(outcomes) && outcomes.some((outcome) => typeof outcome.result === 'number')
  )
}
