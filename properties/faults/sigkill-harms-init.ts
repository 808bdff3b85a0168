import { patchFunctions } from '../../model/rules.ts'
import { SIGKILL } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'
import { initHasNoHarmPending } from '../invariants/init-has-no-harm-pending.ts'

export const sigkillHarmsInit: Fault = {
  name: 'a process can kill the init of its namespace',
  source: 'pid_namespaces(7); kernel/signal.c sig_task_ignored()',
  breaks: [initHasNoHarmPending.name],
  apply: patchFunctions((fn) => ({
    isIgnored: (kernel, process, blocked, signal) =>
      signal !== SIGKILL && fn.isIgnored(kernel, process, blocked, signal),
  })),
}
