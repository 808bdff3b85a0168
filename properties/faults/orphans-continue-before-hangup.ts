import { patchFunctions } from '../../model/rules.ts'
import { SIGCONT, SIGHUP } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'
import { sighupComesBeforeSigcont } from '../invariants/sighup-comes-before-sigcont.ts'

export const orphansContinueBeforeHangup: Fault = {
  name: 'an orphaned process group gets SIGCONT before SIGHUP',
  source: 'POSIX XSH _exit(); kernel/exit.c kill_orphaned_pgrp()',
  breaks: [sighupComesBeforeSigcont.name],
  apply: patchFunctions(() => ({
    signalOrphanedGroup(kernel, group) {
      kernel.fn.sendToGroup(kernel, group, SIGCONT)
      kernel.fn.sendToGroup(kernel, group, SIGHUP)
    },
  })),
}
