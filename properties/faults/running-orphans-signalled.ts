import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const runningOrphansSignalled: Fault = {
  name: 'a newly orphaned process group gets SIGHUP and SIGCONT although no member is stopped',
  source: 'POSIX XSH _exit(); kernel/exit.c has_stopped_jobs()',
  breaks: [],
  apply: patchFunctions(() => ({ hasStoppedMember: () => true })),
}
