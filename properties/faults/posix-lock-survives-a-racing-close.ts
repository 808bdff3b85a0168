import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { closedFilesHaveNoPosixLocks } from '../invariants/closed-files-have-no-posix-locks.ts'
import { posixLocksHaveADescriptor } from '../invariants/posix-locks-have-a-descriptor.ts'

export const posixLockSurvivesARacingClose: Fault = {
  name: 'a POSIX lock granted after another thread closed its descriptor stays',
  source: 'fcntl(2); fs/locks.c fcntl_setlk(), commit c293621bbf67',
  breaks: [closedFilesHaveNoPosixLocks.name, posixLocksHaveADescriptor.name],
  apply: patchFunctions(() => ({ wasClosedMeanwhile: () => false })),
}
