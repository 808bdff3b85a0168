import type { Kernel } from '../../model/kernel.ts'
import { SIGCHLD } from '../../model/signals.ts'
import { actionOf } from '../../model/state/signals.ts'
import { eachStep } from '../invariant.ts'

export const unwantedZombiesVanish = eachStep({
  name: 'nobody becomes a zombie, or the zombie of another parent, under one that ignores SIGCHLD or set SA_NOCLDWAIT',
  source: 'sigaction(2), wait(2) NOTES; kernel/signal.c do_notify_parent()',
  on: ['exiting.notify'],
  before: (kernel) => zombies(kernel),
  after(kernel, _event, before) {
    for (const [pid, parent] of zombies(kernel)) {
      if (before.get(pid) === parent) continue
      const { handler, flags } = actionOf(kernel.processes.at(parent).actions, SIGCHLD)
      if (handler === 'SIG_IGN' || flags.has('SA_NOCLDWAIT'))
        return `process ${pid} stays, which ${parent} does not want`
    }
    return undefined
  },
})

/** Zombies whose parent may decline them, with that parent. */
const zombies = (kernel: Kernel): ReadonlyMap<number, number> =>
  new Map(
    kernel.processes
      .rows()
      .filter(({ state, exitSignal, parent }) => state === 'zombie' && exitSignal === SIGCHLD && parent !== 0)
      .map(({ pid, parent }) => [pid, kernel.threads.at(parent).pid]),
  )
