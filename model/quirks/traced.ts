import { INIT } from '../functions/signals.ts'
import type { Quirk } from '../quirk.ts'
import { patchFunctions } from '../rules.ts'
import { SIGKILL } from '../signals.ts'

/**
 * A tracer is shown every signal before the signal does anything, so none is discarded when it is sent, and only SIGKILL
 * fixes an exit status then. A tracer also delays the moment at which the parent can see a zombie, so that any of several
 * dead children may be the first to be waited for.
 */
export const traced: Quirk = {
  name: 'a tracer sees a signal before it is ignored or kills',
  source: 'ptrace(2); kernel/signal.c sig_ignored(), complete_signal(), kernel/exit.c wait_consider_task()',
  applies: (host) => host.traced,
  apply: patchFunctions((fn) => ({
    // The namespace's init is nobody's tracee.
    isIgnored: (kernel, process, blocked, signal) =>
      (process.pid === INIT || signal === SIGKILL) && fn.isIgnored(kernel, process, blocked, signal),
    isDecidedAtGeneration: (_process, signal) => signal === SIGKILL,
    waitReports: (kernel, children, kinds) =>
      children.map((child) => kernel.fn.reportOf(kernel, child, kinds)).filter((report) => report !== undefined),
  })),
}
