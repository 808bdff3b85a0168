import { isExiting } from '../../model/functions/signals.ts'
import { eachStep } from '../invariant.ts'

export const theVforkParentIsReleasedByLettingGo = eachStep({
  name: 'a vfork parent goes on only when the child drops its memory, and no longer shares the parent’s',
  source: 'vfork(2); kernel/fork.c mm_release()',
  before(kernel, event) {
    const child = event.kind === 'internal' ? kernel.threads.at(event.tid) : undefined
    if (child === undefined || child.vforkParent === 0) return undefined
    const parent = kernel.threads.get(child.vforkParent)
    // An execve of another thread may have taken the parent's place and number.
    if (parent?.vforkChild !== child.tid || isExiting(parent)) return undefined
    return { parent: parent.tid, mm: parent.mm, drops: child.state === 'exiting.mm' || child.state === 'execing' }
  },
  after(kernel, { tid }, { parent, mm, drops }) {
    if (kernel.threads.get(parent)?.vforkChild === tid) return undefined
    return drops && kernel.threads.get(tid)?.mm !== mm ? undefined : `thread ${parent} goes on too early`
  },
})
