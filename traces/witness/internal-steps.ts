import { INIT, isExiting } from '../../model/functions/signals.ts'
import type { Kernel } from '../../model/kernel.ts'
import { SIGCONT, SIGHUP } from '../../model/signals.ts'
import { patchFunctions, type Patch } from '../../model/rules.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import { answer, isBlocked } from '../../model/syscall.ts'

/** A step that the model took inside the kernel, which no line of a capture shows. Numbers are the model's. */
export type InternalStep =
  /** A signal was generated for the process `to`; `from` is si_pid. */
  | {
      readonly kind: 'signal'
      readonly line: number
      readonly to: number
      readonly from: number
      readonly signal: number
      readonly code: Siginfo['code']
      /** No call under way could have made it otherwise. */
      readonly isCertain: boolean
    }
  /** POSIX locks of a process, or OFD locks of a description, went as a descriptor was closed, by one of these. */
  | { readonly kind: 'record-locks'; readonly line: number; readonly by: readonly number[] }
  /** The flock of a description went with it. */
  | { readonly kind: 'flock'; readonly line: number }

/**
 * Rules that write down the internal steps which a witness can tell of. `line` gives the line of the capture that is
 * being explained.
 */
export const notingSteps = (line: () => number): Patch =>
  patchFunctions((fn) => ({
    sendToProcess(kernel, pid, info, through) {
      if (info.code !== 'SI_TKILL' && info.code !== 'SI_QUEUE') noteSignal(kernel, pid, info, line())
      fn.sendToProcess(kernel, pid, info, through)
    },
    locksRemovePosix(kernel, files, inode) {
      const before = kernel.inodes.at(inode).recordLocks.length
      fn.locksRemovePosix(kernel, files, inode)
      if (kernel.inodes.at(inode).recordLocks.length === before) return
      const by = kernel.threads.rows().flatMap((thread) => (thread.files === files ? [thread.pid] : []))
      note(kernel, { kind: 'record-locks', line: line(), by: [...new Set(by)] })
    },
    locksRemoveFile(kernel, description) {
      const { inode } = kernel.descriptions.at(description)
      const { flocks } = kernel.inodes.at(inode)
      fn.locksRemoveFile(kernel, description)
      if (kernel.inodes.at(inode).flocks !== flocks) note(kernel, { kind: 'flock', line: line() })
    },
  }))

function note(kernel: Kernel, step: InternalStep): void {
  kernel.ledger.notes = { note: step, before: kernel.ledger.notes }
}

/** The steps that led to a kernel, in their order. */
export function stepsTo(kernel: Kernel): InternalStep[] {
  const steps: InternalStep[] = []
  for (let at = kernel.ledger.notes; at !== null; at = at.before) steps.push(at.note as InternalStep)
  return steps.reverse()
}

function noteSignal(kernel: Kernel, to: number, { signal, code, pid }: Siginfo, line: number): void {
  note(kernel, {
    kind: 'signal',
    line,
    to,
    from: pid,
    signal,
    code,
    isCertain: isCertain(kernel, to, { signal, code, pid }),
  })
}

function isCertain(kernel: Kernel, to: number, { signal, code, pid }: Siginfo): boolean {
  switch (code) {
    case 'CLD_EXITED':
    case 'CLD_KILLED':
    case 'CLD_DUMPED':
      return !changesActions(kernel, to)
    case 'SI_USER':
      return pid !== 0 && unsettled(kernel, pid).size === 0
    case 'SI_KERNEL':
      // By the exit of the one process that is not settled.
      return (signal === SIGHUP || signal === SIGCONT) && unsettled(kernel, 0).size <= 1
    default:
      return false
  }
}

/** A call of the process is under way that may let it ignore the deaths of its children, or no more. */
const changesActions = (kernel: Kernel, pid: number): boolean =>
  kernel.processes.at(pid).threads.some((tid) => {
    const { call } = kernel.threads.at(tid)
    return call !== null && /^(rt_sigaction|execve)/.test(call.syscall.name)
  })

/** Processes but this one in which something is under way: nobody can tell whether it comes before or after. */
function unsettled(kernel: Kernel, but: number): ReadonlySet<number> {
  const pids = new Set<number>()
  for (const thread of kernel.threads.rows()) {
    const { pid, tid, state } = thread
    if (pid === but || tid === INIT || state === 'dead') continue
    const isOnItsWay = thread.killed || isExiting(thread) || state === 'execing'
    if (isOnItsWay || (state === 'in-call' && !isBlocked(answer(kernel, thread, thread.call!)))) pids.add(pid)
  }
  return pids
}
