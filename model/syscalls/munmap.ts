import { mappingsIn, pageAlign } from '../functions/mappings.ts'
import { PAGE } from '../functions/memory.ts'
import { address, int } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/** No address of a process lies beyond. Source: arch/x86/include/asm/page_64_types.h TASK_SIZE_MAX. */
export const TASK_SIZE = 2 ** 47

/**
 * Unmap whole pages; parts of a mapping beside them stay, each with a hold of its own on what is behind. What is not
 * mapped is passed over.
 * Errors: EINVAL, a length of 0, or an address inside a page.
 * Source: munmap(2); mm/vma.c do_vmi_munmap().
 */
export const munmap = defineSyscall({
  name: 'munmap',
  params: { addr: address(), length: int(PAGE, PAGE, PAGE, 0) },
  errors: ['EINVAL'],
  environment: ['ENOMEM'],
  source: 'munmap(2); mm/vma.c do_vmi_munmap()',
  rule(kernel, caller, { addr, length }) {
    if (addr % PAGE !== 0 || length === 0) return fails('EINVAL')
    const end = addr + pageAlign(length)
    if (end > TASK_SIZE) return fails('EINVAL')
    const gone = mappingsIn(kernel, caller.mm, addr, end)
    if (gone.some(({ kind }) => kind === 'semaphore')) return { undecided: 'munmap of a named semaphore' }
    return succeeds(0, (k) => k.fn.unmapRange(k, caller.tid, addr, end))
  },
})
