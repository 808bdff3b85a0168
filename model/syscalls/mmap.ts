import { descriptionOf } from '../functions/files.ts'
import { mappingsIn, pageAlign } from '../functions/mappings.ts'
import { PAGE } from '../functions/memory.ts'
import type { Kernel } from '../kernel.ts'
import { address, int, newFd, usualFlags } from '../params.ts'
import type { Mapping } from '../state/memory.ts'
import type { OpenFileDescription } from '../state/open-files.ts'
import { TASK_SIZE } from './munmap.ts'
import { defineSyscall, fails, type Answer, type Outcome } from '../syscall.ts'

const PROTECTIONS = ['PROT_READ', 'PROT_WRITE', 'PROT_EXEC'] as const
const FLAGS = [
  'MAP_SHARED', 'MAP_PRIVATE', 'MAP_SHARED_VALIDATE', 'MAP_FIXED', 'MAP_FIXED_NOREPLACE', 'MAP_ANONYMOUS', 'MAP_LOCKED',
  'MAP_NORESERVE', 'MAP_POPULATE', 'MAP_STACK', 'MAP_DENYWRITE', 'MAP_NONBLOCK', 'MAP_32BIT',
] as const // prettier-ignore

/** Below this only CAP_SYS_RAWIO may map. Source: proc(5) mmap_min_addr. */
export const MMAP_MIN_ADDR = 65_536

/**
 * Map a file, by the open file description behind a descriptor, which the mapping then holds; or with MAP_ANONYMOUS
 * memory, whatever the descriptor. Stores to a shared mapping are seen by all others and by read(2) at once; a private
 * one keeps them to itself. MAP_LOCKED, and MCL_FUTURE before, lock it; the user is root, so no limit stops that.
 *
 * Returns the address: any free one, or with MAP_FIXED the one named, where older mappings then go.
 * Errors: EINVAL, a bad offset, length or address, or neither shared nor private; EBADF; EEXIST, MAP_FIXED_NOREPLACE
 * over a mapping; EACCES, a file not open for reading, or for shared stores not for writing; ENODEV, no file to map.
 * Source: mmap(2); arch/x86/kernel/sys_x86_64.c, mm/mmap.c ksys_mmap_pgoff(), do_mmap().
 */
export const mmap = defineSyscall({
  name: 'mmap',
  params: {
    addr: address(),
    length: int(PAGE, 2 * PAGE, PAGE, 2 * PAGE, 0),
    prot: usualFlags(PROTECTIONS, ['PROT_READ', 'PROT_WRITE'], ['PROT_READ']),
    flags: usualFlags(
      FLAGS,
      ['MAP_SHARED', 'MAP_ANONYMOUS'],
      ['MAP_PRIVATE', 'MAP_ANONYMOUS'],
      ['MAP_SHARED'],
      ['MAP_PRIVATE'],
      ['MAP_SHARED'],
      ['MAP_PRIVATE'],
      ['MAP_PRIVATE', 'MAP_ANONYMOUS', 'MAP_LOCKED'],
    ),
    fd: newFd(),
    offset: int(0),
  },
  makes: 'mapping',
  errors: ['EACCES', 'EBADF', 'EEXIST', 'EINVAL', 'ENODEV', 'ENOMEM', 'EOPNOTSUPP', 'EPERM'],
  environment: ['EAGAIN', 'ENOMEM', 'EPERM'],
  source: 'mmap(2); mm/mmap.c do_mmap()',
  rule(kernel, caller, { addr, length, prot, flags, fd, offset }, given): Answer {
    if (offset % PAGE !== 0) return fails('EINVAL')
    const anonymous = flags.has('MAP_ANONYMOUS')
    const description = anonymous ? undefined : kernel.fn.lookupFd(kernel, caller, fd)
    if (!anonymous && (description === undefined || description.access === 'O_PATH')) return fails('EBADF')
    if (length === 0) return fails('EINVAL')
    const size = pageAlign(length)
    if (size > TASK_SIZE) return fails('ENOMEM')
    const fixed = flags.has('MAP_FIXED') || flags.has('MAP_FIXED_NOREPLACE')
    if (fixed && addr % PAGE !== 0) return fails('EINVAL')
    const replaced = fixed ? mappingsIn(kernel, caller.mm, addr, addr + size) : []
    if (flags.has('MAP_FIXED_NOREPLACE') && replaced.length > 0) return fails('EEXIST')
    if (replaced.some(({ kind }) => kind === 'semaphore')) return { undecided: 'a mapping over a named semaphore' }
    // The program's own text, heap and stack are not followed, and may be in the way.
    const inTheWay = flags.has('MAP_FIXED_NOREPLACE') ? fails('EEXIST') : []
    const unlessTaken = (outcomes: readonly Outcome[]): readonly Outcome[] => [...outcomes, ...inTheWay]
    const sharing = sharingOf(flags)
    if (sharing === 'neither' || (anonymous && sharing === 'validated')) return unlessTaken(fails('EINVAL'))
    if (sharing === 'validated' && flags.has('MAP_FIXED_NOREPLACE')) return unlessTaken(fails('EOPNOTSUPP'))
    const shared = sharing !== 'private'
    if (description !== undefined) {
      const { access, kind } = description
      if (shared && prot.has('PROT_WRITE') && access === 'O_RDONLY') return unlessTaken(fails('EACCES'))
      if (access === 'O_WRONLY') return unlessTaken(fails('EACCES'))
      if (kind !== 'opaque' && kernel.inodes.at(description.inode).kind !== 'regular')
        return unlessTaken(fails('ENODEV'))
    }
    const place = fixed ? addr : (given ?? kernel.fn.freeAddress(kernel, caller.mm, size, addr))
    const held = description === undefined ? 0 : descriptionOf(kernel.fn.slotOf(kernel, caller, fd))
    const fields = {
      address: place,
      length: size,
      kind: `${shared ? 'shared' : 'private'}-${anonymous ? 'anonymous' : 'file'}`,
      description: held,
      object: 0,
      writable: prot.has('PROT_WRITE'),
      ...(prot.size === 0 && { inaccessible: true }),
      privateData: null,
      ...(!anonymous && offset > 0 && { offset }),
    } as const
    const { tid } = caller
    const locked = flags.has('MAP_LOCKED')
    const mapped: Outcome = { result: place, effect: (k) => map(k, tid, fields, locked) }
    return unlessTaken([mapped, ...unlessAllowed(description, fixed && addr < MMAP_MIN_ADDR)])
  },
})

function map(kernel: Kernel, tid: number, fields: Omit<Mapping, 'state'>, locked: boolean): void {
  const { mm, pid } = kernel.threads.at(tid)
  // A place that a trace names is free in truth: a mapping there has gone by a call that is not followed, as mremap.
  kernel.fn.unmapRange(kernel, tid, fields.address, fields.address + fields.length)
  if (fields.description !== 0) kernel.fn.getFile(kernel, fields.description)
  const object = fields.kind === 'shared-anonymous' ? kernel.sharedMemory.add(pid, () => ({ users: 1, data: '' })) : 0
  kernel.fn.addMapping(kernel, mm, { ...fields, object }, locked)
}

/** Both bits together are MAP_SHARED_VALIDATE. */
function sharingOf(flags: ReadonlySet<(typeof FLAGS)[number]>): 'shared' | 'private' | 'validated' | 'neither' {
  const shared = flags.has('MAP_SHARED')
  const apart = flags.has('MAP_PRIVATE')
  if (flags.has('MAP_SHARED_VALIDATE') || (shared && apart)) return 'validated'
  return shared ? 'shared' : apart ? 'private' : 'neither'
}

/** What may happen instead: files of unknown kinds may not be mappable, low addresses are not for everybody. */
function unlessAllowed(description: Readonly<OpenFileDescription> | undefined, low: boolean): readonly Outcome[] {
  return [...(description?.kind === 'opaque' ? fails('ENODEV') : []), ...(low ? fails('EPERM') : [])]
}
