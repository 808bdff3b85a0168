import { patchSyscall } from '../../model/rules.ts'
import { succeeds } from '../../model/syscall.ts'
import type { Fault } from '../fault.ts'
import { blockedSignalsWait } from '../invariants/blocked-signals-wait.ts'

export const aHandlerKeepsItsMask: Fault = {
  name: 'the return of a handler leaves its mask in force',
  source: 'sigreturn(2); arch/x86/kernel/signal_64.c restore_sigcontext()',
  breaks: [blockedSignalsWait.name],
  apply: patchSyscall('rt_sigreturn', (syscall) => ({
    ...syscall,
    rule: (_kernel, { tid }) =>
      succeeds(0, (k) => {
        const row = k.threads.edit(tid)
        row.frames = row.frames.slice(0, -1)
      }),
  })),
}
