import { mappingsIn, pageAlign } from '../../model/functions/mappings.ts'
import { PAGE } from '../../model/functions/memory.ts'
import { eachStep, named } from '../invariant.ts'

export const munlockUndoesAllLocks = eachStep({
  name: 'after munlock no page of its range is locked, however often it was',
  source: 'mlock(2) NOTES: memory locks do not stack',
  on: ['effect'],
  effectsOf: named('munlock'),
  before(kernel, event) {
    const { mm, call } = kernel.threads.at(event.tid)
    return { mm, args: call!.args as { readonly addr: number; readonly length: number } }
  },
  after(kernel, { tid }, { mm, args: { addr, length } }) {
    if (kernel.threads.at(tid).result !== 0) return undefined
    const range = mappingsIn(kernel, mm, addr - (addr % PAGE), pageAlign(addr + length))
    return range.some(({ state }) => state === 'mapped.locked') ? 'a page is still locked' : undefined
  },
})
