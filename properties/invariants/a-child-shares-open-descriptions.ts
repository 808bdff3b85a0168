import { isCloexec, descriptionOf } from '../../model/functions/files.ts'
import { eachStep, making } from '../invariant.ts'

/** Descriptors of a table, written out. */
const slotsAsText = (slots: readonly number[]): string =>
  slots
    .map((slot, fd) => (slot === 0 ? '' : `${fd}:${descriptionOf(slot)}${isCloexec(slot) ? 'c' : ''}`))
    .filter(Boolean)
    .join(' ')

export const aChildSharesOpenDescriptions = eachStep<string>({
  name: 'a child begins with the descriptors of its maker: the same numbers, flags and open file descriptions',
  source: 'fork(2), clone(2); fs/file.c dup_fd()',
  on: ['effect'],
  effectsOf: making('process'),
  before(kernel, event) {
    return slotsAsText(kernel.files.at(kernel.threads.at(event.tid).files).slots)
  },
  after(kernel, event, before) {
    const { result } = kernel.threads.at(event.tid)
    const child = typeof result === 'number' ? kernel.threads.get(result) : undefined
    if (child === undefined || child.files === 0) return undefined
    const has = slotsAsText(kernel.files.at(child.files).slots)
    return has === before ? undefined : `the child has ${has || 'nothing'}, its maker had ${before || 'nothing'}`
  },
})
