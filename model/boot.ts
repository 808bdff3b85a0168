import { FIRST_ADDRESS } from './functions/memory.ts'
import { INIT } from './functions/signals.ts'
import { Kernel } from './kernel.ts'
import type { Rules } from './rules.ts'
import { newAddressSpace } from './state/memory.ts'
import { newDescriptorTable, newFsContext } from './state/open-files.ts'
import { DEFAULT_LIMITS, newProcess } from './state/processes.ts'
import { newThread } from './state/threads.ts'
import { SIGCHLD } from './signals.ts'

/** The process in which a program starts, P0: a child of init, in init's group and session, without descriptors. */
export const FIRST = 2

/** A fresh pid namespace: its init, which reaps what it adopts, and one process beside it, which bears the number `first`. */
export function boot(rules: Rules, first = FIRST): Kernel {
  const kernel = new Kernel(rules)
  addProcess(kernel, INIT, 0)
  addProcess(kernel, first, INIT)
  kernel.nextPid = first + 1
  kernel.ledger.touched.length = 0
  return kernel
}

/** A process with empty tables of its own, as a child of `parent` (0: of nobody), in init's group and session. */
export function addProcess(kernel: Kernel, pid: number, parent: number): void {
  kernel.threads.put(
    pid,
    newThread(pid, pid, {
      mm: kernel.mms.add(pid, () => newAddressSpace(FIRST_ADDRESS)),
      files: kernel.files.add(pid, () => newDescriptorTable(kernel.ledger.stamp)),
      fs: kernel.fs.add(pid, () => newFsContext()),
      undo: 0,
    }),
  )
  kernel.processes.put(
    pid,
    newProcess(pid, {
      parent,
      exitSignal: SIGCHLD,
      group: INIT,
      session: INIT,
      terminal: 0,
      actions: [],
      hasSubreaper: false,
      limits: DEFAULT_LIMITS,
      privileged: true,
    }),
  )
  kernel.fn.joinGroup(kernel, pid, INIT)
  kernel.fn.joinSession(kernel, pid, INIT)
  if (parent !== 0) {
    const row = kernel.threads.edit(parent)
    row.children = [...row.children, pid]
  }
}
