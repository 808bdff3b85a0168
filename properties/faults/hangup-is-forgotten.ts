import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const hangupIsForgotten: Fault = {
  name: 'the death of a session leader whose terminal had hung up signals nobody',
  source: 'drivers/tty/tty_jobctrl.c disassociate_ctty()',
  breaks: [],
  apply: patchFunctions(() => ({ signalRememberedForeground: () => undefined })),
}
