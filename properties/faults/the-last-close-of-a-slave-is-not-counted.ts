import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { terminalsCountTheirDescriptions } from '../invariants/terminals-count-their-descriptions.ts'

export const theLastCloseOfASlaveIsNotCounted: Fault = {
  name: 'the last close of a slave is not counted, so that its terminal stays for ever',
  source: 'pty(7); drivers/tty/tty_io.c tty_release()',
  breaks: [terminalsCountTheirDescriptions.name],
  apply: patchFunctions((fn) => ({
    slaveClosed(kernel, terminal) {
      if (kernel.terminals.at(terminal).slaves > 1) fn.slaveClosed(kernel, terminal)
    },
  })),
}
