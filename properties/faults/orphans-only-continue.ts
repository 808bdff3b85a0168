import { patchFunctions } from '../../model/rules.ts'
import { SIGCONT } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'

export const orphansOnlyContinue: Fault = {
  name: 'an orphaned process group gets SIGCONT but no SIGHUP',
  source: 'POSIX XSH _exit(); kernel/exit.c kill_orphaned_pgrp()',
  breaks: [],
  apply: patchFunctions(() => ({
    signalOrphanedGroup: (kernel, group) => kernel.fn.sendToGroup(kernel, group, SIGCONT),
  })),
}
