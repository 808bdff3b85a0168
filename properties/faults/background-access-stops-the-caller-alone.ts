import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const backgroundAccessStopsTheCallerAlone: Fault = {
  name: 'SIGTTIN and SIGTTOU go to the process that touched the terminal, not to its whole process group',
  source: 'termios(3); drivers/tty/tty_jobctrl.c __tty_check_change()',
  breaks: [],
  apply: patchFunctions(() => ({
    stopBackground: ({ tid, pid }, signal) => [
      {
        result: 'ERESTARTSYS',
        effect: (kernel) => {
          kernel.fn.sendToProcess(kernel, pid, { signal, code: 'SI_KERNEL', pid: 0 })
          const row = kernel.threads.edit(tid)
          row.restart = row.call
        },
      },
    ],
  })),
}
