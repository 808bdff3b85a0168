import { eachStep, named } from '../invariant.ts'

export const aThreadThatLeavesAloneEndsOnlyItself = eachStep({
  name: 'exit of a thread leaves the others alone, and the last one’s value is the status of the process',
  source: '_exit(2) NOTES, pthreads(7); kernel/exit.c synchronize_group_exit()',
  on: ['effect', 'exiting.signals'],
  effectsOf: named('exit'),
  before(kernel, event) {
    const thread = kernel.threads.at(event.tid)
    const { groupExit, live } = kernel.processOf(thread)
    if (groupExit >= 0) return undefined
    return { pid: thread.pid, status: thread.state === 'exiting.signals' && live === 1 ? thread.exitStatus : -1 }
  },
  after(kernel, _event, { pid, status }) {
    const { groupExit } = kernel.processes.at(pid)
    return groupExit === status ? undefined : `the status of process ${pid} is ${groupExit}, not ${status}`
  },
})
