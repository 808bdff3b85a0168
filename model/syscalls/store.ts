import { address, data } from '../params.ts'
import { defineSyscall, succeeds } from '../syscall.ts'

/**
 * Store bytes in memory, within the first page of a mapping. A shared mapping shows them to everybody at once; a private
 * one to nobody else. Those past the end of the file, on its last page, are no part of it and are forgotten.
 *
 * Faults kill: SIGSEGV where nothing is mapped or stores are not allowed, SIGBUS on a page past the end of the file.
 * Source: mmap(2); mm/memory.c do_wp_page().
 */
export const store = defineSyscall({
  name: 'store',
  library: true,
  params: { addr: address(), text: data() },
  source: 'mmap(2); mm/memory.c',
  rule(kernel, caller, { addr, text }) {
    const access = kernel.fn.accessMemory(kernel, caller.mm, addr, text.length, 'store')
    if ('undecided' in access) return access
    if ('fault' in access) return kernel.fn.memoryFault(kernel, caller, access.fault)
    return succeeds(0, (k) => k.fn.storeBytes(k, caller.mm, addr, text))
  },
})
