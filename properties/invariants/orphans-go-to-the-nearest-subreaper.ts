import { INIT, isExiting } from '../../model/functions/signals.ts'
import type { Kernel } from '../../model/kernel.ts'
import { eachStep } from '../invariant.ts'

export const orphansGoToTheNearestSubreaper = eachStep({
  name: 'the children of a dying thread go to a thread beside it, else to the nearest living subreaper above, else to init',
  source: 'prctl(2) PR_SET_CHILD_SUBREAPER; kernel/exit.c find_new_reaper()',
  on: ['exiting.notify'],
  before(kernel, event) {
    const { children, pid, tid } = kernel.threads.at(event.tid)
    return children.length === 0 ? undefined : { children, adopter: adopterOf(kernel, pid, tid) }
  },
  after(kernel, _event, { children, adopter }) {
    const astray = children.find((pid) => {
      const child = kernel.processes.get(pid)
      return child !== undefined && kernel.threads.get(child.parent)?.pid !== adopter
    })
    return astray === undefined ? undefined : `process ${astray} is not a child of ${adopter}`
  },
})

function adopterOf(kernel: Kernel, pid: number, dying: number): number {
  const isLiving = (tid: number) => tid !== dying && !isExiting(kernel.threads.at(tid))
  for (let next = pid; ;) {
    const { threads, subreaper, parent } = kernel.processes.at(next)
    if ((next === pid || subreaper) && threads.some(isLiving)) return next
    if (parent === 0) return INIT
    next = kernel.threads.at(parent).pid
  }
}
