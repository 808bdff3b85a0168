import { eachStep } from '../invariant.ts'

export const adoptedChildrenComeLast = eachStep({
  name: 'adopted children follow those that the adopter has, in the order that they had',
  source: 'kernel/exit.c forget_original_parent(), list_splice_tail_init()',
  on: ['exiting.notify'],
  before(kernel, event) {
    if (kernel.threads.at(event.tid).children.length === 0) return undefined
    return new Map(kernel.threads.rows().map(({ tid, children }) => [tid, children]))
  },
  after(kernel, { tid }, before) {
    for (const adopted of before.get(tid)!) {
      const parent = kernel.processes.get(adopted)?.parent
      if (parent === undefined) continue
      const expected = [...(before.get(parent) ?? []), ...before.get(tid)!].filter((pid) => kernel.processes.has(pid))
      const { children } = kernel.threads.at(parent)
      return children.join() === expected.join()
        ? undefined
        : `children of ${parent} in the order ${children.join(', ')}`
    }
    return undefined
  },
})
