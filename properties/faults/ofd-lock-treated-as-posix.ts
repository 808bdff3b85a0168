import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aLockCallChangesItsRangeOnly } from '../invariants/a-lock-call-changes-its-range-only.ts'

export const ofdLockTreatedAsPosix: Fault = {
  name: 'an OFD lock belongs to the descriptor table',
  source: 'fcntl(2) "Open file description locks"; fs/locks.c fcntl_setlk() FL_OFDLCK',
  breaks: [aLockCallChangesItsRangeOnly.name],
  apply: patchFunctions((fn) => ({ lockOwner: (thread, description) => fn.lockOwner(thread, description, 'posix') })),
}
