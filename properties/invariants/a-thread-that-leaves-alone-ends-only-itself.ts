import { eachStep } from '../invariant.ts'

export const aThreadThatLeavesAloneEndsOnlyItself = eachStep({
  name: 'exit of a thread leaves the others alone, and the last one’s value is the status of the process',
  source: '_exit(2) NOTES, pthreads(7); kernel/exit.c synchronize_group_exit()',
  before(kernel, event) {
    if (event.kind !== 'internal') return undefined
    const thread = kernel.threads.at(event.tid)
    const { groupExit, live } = kernel.processOf(thread)
    if (groupExit >= 0) return undefined
    if (event.move === 'effect' && thread.call?.syscall.name === 'exit') return { pid: thread.pid, status: -1 }
    if (event.move !== 'exit' || thread.state !== 'exiting.signals') return undefined
    return { pid: thread.pid, status: live === 1 ? thread.exitStatus : -1 }
  },
  after(kernel, _event, { pid, status }) {
    const { groupExit } = kernel.processes.at(pid)
    return groupExit === status ? undefined : `the status of process ${pid} is ${groupExit}, not ${status}`
  },
})
