import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aZombieIsItsDeadMainThread } from '../invariants/a-zombie-is-its-dead-main-thread.ts'

export const aDeadMainThreadMakesAZombie: Fault = {
  name: 'a process is a zombie as soon as its main thread is dead, although other threads live',
  source: 'wait(2); kernel/exit.c exit_notify(), delay_group_leader()',
  breaks: [aZombieIsItsDeadMainThread.name],
  apply: patchFunctions((fn) => ({
    threadGone(kernel, tid) {
      const { pid, exitStatus } = kernel.threads.at(tid)
      fn.threadGone(kernel, tid)
      if (tid !== pid || kernel.processes.get(pid)?.state !== 'running') return
      const row = kernel.processes.edit(pid)
      row.state = 'zombie'
      row.groupExit = exitStatus
    },
  })),
}
