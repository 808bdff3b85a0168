import { SIGCONT, SIGHUP } from '../../model/signals.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import { eachStep, named } from '../invariant.ts'

type Pending = readonly Siginfo[]

const at = (pending: Pending, before: Pending, signal: number): number =>
  pending.findIndex((info) => info.signal === signal && info.code === 'SI_KERNEL' && !before.includes(info))

/** The calls and moves of the kernel that send both. */
export const sighupComesBeforeSigcont = eachStep<ReadonlyMap<number, Pending>>({
  name: 'where the kernel sends SIGHUP and SIGCONT at once, SIGHUP comes first',
  source: 'POSIX XSH _exit(); ioctl_tty(2); kernel/exit.c kill_orphaned_pgrp(), drivers/tty/tty_jobctrl.c',
  on: ['exiting.tty', 'exiting.notify', 'exiting.work', 'work', 'effect'],
  effectsOf: named('ioctl'),
  before: (kernel) => new Map(kernel.processes.rows().map(({ pid, pending }) => [pid, pending])),
  after(kernel, _event, before) {
    for (const [pid, old] of before) {
      const pending = kernel.processes.get(pid)?.pending
      if (pending === undefined || pending === old) continue
      const goOn = at(pending, old, SIGCONT)
      if (goOn >= 0 && goOn < at(pending, old, SIGHUP)) return `process ${pid} has SIGCONT before SIGHUP`
    }
    return undefined
  },
})
