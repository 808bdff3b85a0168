import { descriptionOf, isCloexec, makeSlot } from '../functions/files.ts'
import type { Kernel } from '../kernel.ts'
import { constant, fd, newFd, someFlags } from '../params.ts'
import type { OpenFileDescription } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer, type Undecided } from '../syscall.ts'

const FD_CLOEXEC = 1
const ACCESS_BITS = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_PATH: 0 } as const
const O_APPEND = 0o2000
const O_NONBLOCK = 0o4000
const O_DIRECT = 0o40000
/** What only open(2), F_SETFL and FIONBIO decide, whatever kind of file it is. */
const MAY_CHANGE = O_APPEND | O_NONBLOCK

function dupFrom(kernel: Kernel, caller: Readonly<Thread>, fd: number, from: number, cloexec: boolean): Answer {
  const description = kernel.fn.describedBy(kernel, caller, fd)
  if (description === 0) return fails('EBADF')
  const free = kernel.fn.numberFor(kernel, caller, from)
  if (caller.unfinished === null) {
    if (from < 0 || !kernel.fn.mayOpen(kernel, caller, from)) return fails('EINVAL')
    if (!kernel.fn.mayOpen(kernel, caller, free)) return fails('EMFILE')
  }
  const made = succeeds(free, (k) => k.fn.dupSlot(k, caller.tid, description, free, cloexec))
  return kernel.fn.promising(kernel, caller, [free], made, description)
}

/** One more descriptor, the lowest free from `from` on. Errors: EBADF; EINVAL, `from` negative or not below the limit; EMFILE. */
const dupFd = (form: 'F_DUPFD' | 'F_DUPFD_CLOEXEC') =>
  defineSyscall({
    name: 'fcntl',
    form,
    params: { fd: fd(), cmd: constant(form), from: newFd() },
    makes: 'fd',
    standsFor: 'fd',
    errors: ['EBADF', 'EINVAL', 'EMFILE'],
    source: 'fcntl(2); fs/file.c f_dupfd()',
    rule: (kernel, caller, { fd, from }) => dupFrom(kernel, caller, fd, from, form === 'F_DUPFD_CLOEXEC'),
  })

/** The flags of a descriptor: 1 for FD_CLOEXEC. Errors: EBADF. */
const getFd = defineSyscall({
  name: 'fcntl',
  form: 'F_GETFD',
  params: { fd: fd(), cmd: constant('F_GETFD') },
  errors: ['EBADF'],
  source: 'fcntl(2); fs/file.c get_close_on_exec()',
  rule(kernel, caller, { fd }) {
    const slot = kernel.fn.slotOf(kernel, caller, fd)
    return slot === 0 ? fails('EBADF') : succeeds(isCloexec(slot) ? FD_CLOEXEC : 0)
  },
})

/** Set the flags of a descriptor, which other descriptors of the open file description do not share. Errors: EBADF. */
const setFd = defineSyscall({
  name: 'fcntl',
  form: 'F_SETFD',
  params: { fd: fd(), cmd: constant('F_SETFD'), flags: someFlags('FD_CLOEXEC') },
  errors: ['EBADF'],
  source: 'fcntl(2); fs/file.c set_close_on_exec()',
  rule(kernel, caller, { fd, flags }) {
    const slot = kernel.fn.slotOf(kernel, caller, fd)
    if (slot === 0) return fails('EBADF')
    const changed = makeSlot(descriptionOf(slot), flags.has('FD_CLOEXEC'))
    return changed === slot ? succeeds(0) : succeeds(0, (k) => k.fn.setSlot(k, caller.files, fd, changed))
  },
})

const statusOf = ({ access, append, nonblock, direct, openFlags }: Readonly<OpenFileDescription>): number =>
  ACCESS_BITS[access] | openFlags | (append ? O_APPEND : 0) | (nonblock ? O_NONBLOCK : 0) | (direct ? O_DIRECT : 0)

/** Access mode and status flags, as bits. Errors: EBADF. */
const getFl = defineSyscall({
  name: 'fcntl',
  form: 'F_GETFL',
  params: { fd: fd(), cmd: constant('F_GETFL') },
  errors: ['EBADF'],
  source: 'fcntl(2), open(2); fs/fcntl.c do_fcntl()',
  rule(kernel, caller, { fd }) {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined) return fails('EBADF')
    if (description.kind === 'opaque') {
      const bits = { among: MAY_CHANGE, set: statusOf(description) & MAY_CHANGE }
      const isKnown = description.openFlags !== 0
      return { undecided: 'status flags of an opaque file', harmless: true, never: 'EBADF', ...(isKnown && { bits }) }
    }
    return succeeds(statusOf(description))
  },
})

/** Its file system decides whether a file can be used without the page cache, and then which reads and writes fit that. */
const mayGoDirect = (inode: number): Undecided => ({
  undecided: 'O_DIRECT on a file that is no pipe',
  harmless: true,
  never: 'EBADF',
  effect: (k) => {
    if (k.inodes.at(inode).kind !== 'regular') return
    k.inodes.edit(inode).kind = 'opaque'
    for (const id of k.descriptions.ids((other) => other.inode === inode)) k.descriptions.edit(id).kind = 'opaque'
  },
})

/**
 * Set the status flags of an open file description, for all that share it; the access mode and what only open(2) can
 * set are passed over. Errors: EBADF, also for O_PATH; EINVAL, O_DIRECT for a file without it.
 */
const setFl = defineSyscall({
  name: 'fcntl',
  form: 'F_SETFL',
  params: {
    fd: fd(),
    cmd: constant('F_SETFL'),
    flags: someFlags('O_NONBLOCK', 'O_APPEND', 'O_DIRECT', 'O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_LARGEFILE'),
  },
  errors: ['EBADF'],
  environment: ['EPERM'],
  source: 'fcntl(2); fs/fcntl.c setfl()',
  rule(kernel, caller, { fd, flags }) {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
    const direct = flags.has('O_DIRECT')
    if (direct && description.kind !== 'pipe') return mayGoDirect(description.inode)
    const id = descriptionOf(kernel.fn.slotOf(kernel, caller, fd))
    const change = { append: flags.has('O_APPEND'), nonblock: flags.has('O_NONBLOCK'), direct }
    return succeeds(0, (k) => k.fn.setStatus(k, id, change))
  },
})

/** The forms of fcntl(2) that are about descriptors and status flags. */
export const fcntl = [dupFd('F_DUPFD'), dupFd('F_DUPFD_CLOEXEC'), getFd, setFd, getFl, setFl]
