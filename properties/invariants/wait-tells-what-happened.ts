import type { WaitStatus } from '../../model/wait-status.ts'
import { eachStep, named } from '../invariant.ts'

export const waitTellsWhatHappened = eachStep({
  name: 'wait4 reports the death of a zombie, by the status it left, which is gone then, or an unread stop or continue',
  source: 'wait(2); kernel/exit.c wait_task_zombie(), wait_task_stopped(), wait_task_continued()',
  on: ['effect'],
  effectsOf: named('wait4'),
  before(kernel, event) {
    const thread = kernel.threads.at(event.tid)
    const children = kernel.processOf(thread).threads.flatMap((tid) => kernel.threads.at(tid).children)
    return new Map(
      children.map((pid) => {
        const { state, report, groupExit } = kernel.processes.at(pid)
        return [pid, { state, report, groupExit }] as const
      }),
    )
  },
  after(kernel, event, before) {
    const { result, out } = kernel.threads.at(event.tid)
    if (typeof result !== 'number' || result === 0) return undefined
    const child = before.get(result)
    if (child === undefined) return `process ${result} is no child`
    const status = out!.status as WaitStatus
    if (status === 'continued') return child.report === 'continued' ? undefined : `process ${result} has not continued`
    if ('stopped' in status) return child.report === 'stopped' ? undefined : `process ${result} has not stopped`
    if (child.state !== 'zombie') return `process ${result} is ${child.state}`
    if (kernel.processes.has(result)) return `process ${result} was reaped, and is still there`
    const word = 'exited' in status ? status.exited << 8 : status.signaled | (status.core ? 0x80 : 0)
    return word === child.groupExit ? undefined : `process ${result} left another status`
  },
})
