import type { Kernel } from '../../model/kernel.ts'
import type { Mapping } from '../../model/state/memory.ts'
import { eachStep } from '../invariant.ts'

interface Content {
  readonly mapping: Mapping
  readonly inode: number
  readonly data: string
}

export const deathWritesToNoMemory = eachStep({
  name: 'exit and exec leave the content of files, segments and shared memory as it is',
  source: 'mmap(2); kernel/exit.c exit_mm()',
  on: ['exec', 'exit'],
  before(kernel, event) {
    const { mm } = kernel.threads.at(event.tid)
    const mappings = mm === 0 ? [] : kernel.mms.at(mm).mappings
    return mappings.length === 0 ? undefined : mappings.map((mapping) => contentOf(kernel, mapping))
  },
  after(kernel, _event, contents) {
    const changed = contents.find(({ mapping, inode, data }) => {
      const now = dataOf(kernel, mapping, inode)
      return now !== undefined && now !== data
    })
    return changed && `the ${changed.mapping.kind} mapped at ${changed.mapping.address}`
  },
})

function contentOf(kernel: Kernel, mapping: Mapping): Content {
  const inode = kernel.descriptions.get(mapping.description)?.inode ?? 0
  return { mapping, inode, data: dataOf(kernel, mapping, inode) ?? '' }
}

/** Undefined once it is gone with its last user. */
function dataOf(kernel: Kernel, { kind, object }: Mapping, inode: number): string | undefined {
  if (kind === 'shm') return kernel.shms.get(object)?.data
  return kind === 'shared-anonymous' ? kernel.sharedMemory.get(object)?.data : kernel.inodes.get(inode)?.data
}
