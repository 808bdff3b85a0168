import { addProcess } from '../../model/boot.ts'
import { descriptionOf, makeSlot } from '../../model/functions/files.ts'
import { INIT } from '../../model/functions/signals.ts'
import { Kernel } from '../../model/kernel.ts'
import type { Rules } from '../../model/rules.ts'
import { flagSet } from '../../model/params.ts'
import { NO_SIGNALS } from '../../model/state/signal-set.ts'
import type { SignalAction } from '../../model/state/signals.ts'
import { SIGNAL_MAX } from '../../model/signals.ts'

/** The parent of the first traced process, of which a capture tells nothing: strace, or whoever it was attached to. */
export const OUTSIDE = 2
const FIRST_TRACED = 3

/** Limits of which nothing is known. */
export const unlimited = { NOFILE: Infinity, MEMLOCK: Infinity, SIGPENDING: Infinity, NPROC: Infinity, FSIZE: Infinity }

/** The state in which a history begins, and the number of its first process; lower ones are not seen. */
export interface World {
  readonly kernel: Kernel
  readonly first: number
}

/**
 * The kernel in which a capture begins: the namespace's init, a parent that no signal harms, and the first traced
 * process, which has inherited these descriptors, of a kind unknown.
 */
export function worldOf(rules: Rules, inherited: readonly number[]): World {
  const kernel = new Kernel(rules)
  addProcess(kernel, INIT, 0)
  addProcess(kernel, OUTSIDE, INIT)
  const deaf: SignalAction = { handler: 'SIG_IGN', mask: NO_SIGNALS, flags: flagSet() }
  kernel.processes.edit(OUTSIDE).actions = Array.from({ length: SIGNAL_MAX + 1 }, () => deaf)
  addProcess(kernel, FIRST_TRACED, OUTSIDE)
  kernel.nextPid = FIRST_TRACED + 1
  for (const fd of inherited) inheritAt(kernel, FIRST_TRACED, fd)
  // Which limits were in force nothing tells, until the capture sets them.
  kernel.processes.edit(FIRST_TRACED).limits = unlimited
  kernel.ledger.touched.length = 0
  return { kernel, first: FIRST_TRACED }
}

/** A descriptor of a kind unknown, with a holder outside the capture, at a free number. */
export function inheritAt(kernel: Kernel, tid: number, fd: number): void {
  const inode = kernel.fn.newInode(kernel, OUTSIDE, { kind: 'opaque', links: 1 })
  const description = kernel.fn.newDescription(kernel, OUTSIDE, { inode, access: 'O_RDWR', kind: 'opaque' })
  kernel.fn.getFile(kernel, description)
  kernel.fn.setSlot(kernel, kernel.threads.at(tid).files, fd, makeSlot(description, false))
}

/** A descriptor that was taken for inherited is not open. */
export function disinherit(kernel: Kernel, tid: number, fd: number): void {
  const { files } = kernel.threads.at(tid)
  const slot = kernel.files.at(files).slots[fd] ?? 0
  if (slot === 0) return
  kernel.fn.setSlot(kernel, files, fd, 0)
  kernel.descriptions.edit(descriptionOf(slot)).references--
}

export function slotIsUsed(kernel: Kernel, tid: number, fd: number): boolean {
  return kernel.fn.slotOf(kernel, kernel.threads.at(tid), fd) !== 0
}
