import { address, int, out } from '../params.ts'
import { defineSyscall, succeeds } from '../syscall.ts'

/**
 * Load bytes from memory, within the first page of a mapping. `text` has those that are part of the file or memory:
 * fewer than `length` at the end of a file. What nobody has stored is zero.
 *
 * Faults kill: SIGSEGV where nothing is mapped, SIGBUS on a page past the end of the file.
 * Source: mmap(2); mm/filemap.c filemap_fault().
 */
export const load = defineSyscall({
  name: 'load',
  library: true,
  params: { addr: address(), length: int(1, 3), text: out('data') },
  source: 'mmap(2); mm/filemap.c filemap_fault()',
  rule(kernel, caller, { addr, length }) {
    const access = kernel.fn.accessMemory(kernel, caller.mm, addr, length, 'load')
    if ('undecided' in access) return access
    if ('fault' in access) return kernel.fn.memoryFault(kernel, caller, access.fault)
    const text = kernel.fn.loadBytes(kernel, access)
    return succeeds(0, undefined, text === undefined ? {} : { text })
  },
})
