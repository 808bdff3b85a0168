import { mappingAt } from '../../model/functions/mappings.ts'
import { eachStep, named } from '../invariant.ts'

export const privateStoresChangeNoFile = eachStep({
  name: 'a store to a private mapping changes no file',
  source: 'mmap(2) MAP_PRIVATE; mm/memory.c do_wp_page()',
  on: ['effect'],
  effectsOf: named('store'),
  before(kernel, event) {
    const { mm, call } = kernel.threads.at(event.tid)
    const mapping = mappingAt(kernel, mm, call!.args.addr as number)
    if (mapping?.kind !== 'private-file') return undefined
    const { inode } = kernel.descriptions.at(mapping.description)
    return { inode, data: kernel.inodes.at(inode).data }
  },
  after: (kernel, _event, { inode, data }) =>
    kernel.inodes.get(inode)?.data === data ? undefined : `inode ${inode} has other bytes`,
})
