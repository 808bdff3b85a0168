import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { membersAgreeWithTheirSession } from '../invariants/members-agree-with-their-session.ts'

export const reapedProcessStaysInItsSession: Fault = {
  name: 'who leaves a session, by setsid or by being reaped, is still counted there',
  source: 'credentials(7), setsid(2); kernel/exit.c release_task(), __unhash_process()',
  breaks: [membersAgreeWithTheirSession.name],
  apply: patchFunctions(() => ({ leaveSession: () => undefined })),
}
