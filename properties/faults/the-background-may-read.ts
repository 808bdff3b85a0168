import { patchFunctions } from '../../model/rules.ts'
import { SIGTTIN } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'

export const theBackgroundMayRead: Fault = {
  name: 'a background process reads its controlling terminal and is not stopped',
  source: 'termios(3); drivers/tty/n_tty.c job_control()',
  breaks: [],
  apply: patchFunctions(({ ttyCheckChange }) => ({
    ttyCheckChange: (kernel, caller, terminal, signal) =>
      signal === SIGTTIN ? 'ok' : ttyCheckChange(kernel, caller, terminal, signal),
  })),
}
