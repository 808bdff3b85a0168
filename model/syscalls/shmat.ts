import { mappingsIn, pageAlign } from '../functions/mappings.ts'
import { PAGE } from '../functions/memory.ts'
import { address, flags, object } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'
import { MMAP_MIN_ADDR } from './mmap.ts'

/**
 * Map a segment: at an address of the kernel's choice for NULL; else there, rounded down to a page under SHM_RND, over
 * what is mapped under SHM_REMAP. A segment marked for destruction can still be attached (Linux).
 *
 * Returns the address. Errors: EINVAL, no such segment, or an address that cannot be had; EIDRM, the segment was removed
 * meanwhile; EPERM, an address that only CAP_SYS_RAWIO may map.
 * Source: shmat(2); ipc/shm.c do_shmat().
 */
export const shmat = defineSyscall({
  name: 'shmat',
  params: { id: object('shm'), address: address(), flags: flags('SHM_RDONLY', 'SHM_RND', 'SHM_REMAP', 'SHM_EXEC') },
  makes: 'mapping',
  errors: ['EIDRM', 'EINVAL', 'EPERM'],
  environment: ['EACCES', 'ENOMEM', 'EAGAIN', 'EINTR'],
  source: 'shmat(2); ipc/shm.c do_shmat()',
  rule(kernel, caller, { id, address, flags }, given) {
    const inPage = address % PAGE
    const start = address - inPage
    if (inPage !== 0 && !flags.has('SHM_RND')) return fails('EINVAL')
    if (start === 0 && flags.has('SHM_REMAP')) return fails('EINVAL')
    const segment = kernel.shms.get(id)
    if (segment === undefined) return kernel.fn.noObject(caller)
    const attach = (at: number) =>
      succeeds(at, (k) => k.fn.attachSegment(k, caller.tid, id, at, !flags.has('SHM_RDONLY')))
    const length = pageAlign(segment.size)
    if (address === 0) return attach(given ?? kernel.fn.freeAddress(kernel, caller.mm, length))
    if (flags.has('SHM_REMAP')) return attach(start)
    if (mappingsIn(kernel, caller.mm, start, start + length).length > 0) return fails('EINVAL')
    // The program itself, its stack and its libraries are mapped too, and not known to the model.
    return [...attach(start), ...fails('EINVAL'), ...(start < MMAP_MIN_ADDR ? fails('EPERM') : [])]
  },
})
