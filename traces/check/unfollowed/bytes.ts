import { ERRNOS } from '../../../model/errno.ts'
import { mayWrite } from '../../../model/functions/pipes.ts'
import { fd, int, path } from '../../../model/params.ts'
import { defineSyscall, fails, succeeds, type Answer, type Syscall } from '../../../model/syscall.ts'
import { forgetFile } from '../forget.ts'
import { harmless, ignored, type Params } from './harmless.ts'

interface Ends {
  readonly from?: string
  readonly to?: string
}

/** Bytes move between two open files, either of which may be a pipe. */
const mover = (name: string, params: Params, { from, to }: Ends): Syscall =>
  defineSyscall({
    name,
    params,
    interrupted: 'ERESTARTSYS',
    environment: ERRNOS,
    source: `${name}(2)`,
    rule(kernel, caller, args): Answer {
      const numbers = args as Readonly<Record<string, number>>
      const source = from === undefined ? undefined : kernel.fn.lookupFd(kernel, caller, numbers[from]!)
      const target = to === undefined ? undefined : kernel.fn.lookupFd(kernel, caller, numbers[to]!)
      if (from !== undefined && source === undefined) return fails('EBADF')
      if (to !== undefined && target === undefined) return fails('EBADF')
      return harmless(`${name} moves bytes that are not followed`, (k) => {
        if (from !== undefined) forgetFile(k, caller.tid, numbers[from]!)
        if (to !== undefined) forgetFile(k, caller.tid, numbers[to]!)
      })
    },
  })

/** A write at a place of the caller's choosing; the offset stays. Source: pwrite(2). */
const pwrite64 = defineSyscall({
  name: 'pwrite64',
  params: { fd: fd(), buf: ignored, count: int(), offset: int() },
  environment: ERRNOS,
  source: 'pwrite(2); fs/read_write.c ksys_pwrite64()',
  rule(kernel, caller, { fd, count, offset }): Answer {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined || !mayWrite(description.access)) return fails('EBADF')
    if (description.kind === 'pipe' || description.kind === 'terminal' || description.kind === 'socket')
      return fails('ESPIPE')
    if (description.kind !== 'file') return harmless(`pwrite64 to a ${description.kind} file`)
    if (description.append || offset < 0 || count === 0)
      return harmless('pwrite64', (k) => forgetFile(k, caller.tid, fd))
    return succeeds(count, (k) => k.fn.writeBytes(k, description.inode, offset, '', count))
  },
})

const truncate = defineSyscall({
  name: 'truncate',
  params: { path: path('file') },
  environment: ERRNOS,
  source: 'truncate(2)',
  rule: (kernel, _caller, { path }) => {
    const inode = kernel.fn.lookupName(kernel, path)
    return harmless('a file is cut by its name', (k) => {
      for (const id of inode === undefined ? [] : k.descriptions.ids((row) => row.inode === inode))
        k.descriptions.edit(id).kind = 'opaque'
      if (inode !== undefined && k.inodes.at(inode).kind === 'regular') k.inodes.edit(inode).kind = 'opaque'
    })
  },
})

/** By whence of another kind the offset goes where data, or a hole, begins. Source: lseek(2). */
const lseek = defineSyscall({
  name: 'lseek',
  params: { fd: fd(), offset: ignored, whence: ignored },
  environment: ERRNOS,
  source: 'lseek(2)',
  rule(kernel, caller, { fd }): Answer {
    if (kernel.fn.describedBy(kernel, caller, fd) === 0) return fails('EBADF')
    return harmless('data and holes', (k) => forgetFile(k, caller.tid, fd))
  },
})

/** Calls that move bytes, or the place of the next. */
export const byteCalls: readonly Syscall[] = [
  mover('sendfile', { to: fd(), from: fd() }, { from: 'from', to: 'to' }),
  mover('copy_file_range', { from: fd(), off: ignored, to: fd() }, { from: 'from', to: 'to' }),
  mover('splice', { from: fd(), off: ignored, to: fd() }, { from: 'from', to: 'to' }),
  mover('tee', { from: fd(), to: fd() }, { from: 'from', to: 'to' }),
  mover('vmsplice', { to: fd() }, { to: 'to' }),
  mover('fallocate', { to: fd() }, { to: 'to' }),
  lseek,
  ...['writev', 'pwritev', 'pwritev2', 'sendto', 'send'].map((name) => mover(name, { to: fd() }, { to: 'to' })),
  ...['readv', 'preadv', 'preadv2', 'recvfrom', 'recv'].map((name) => mover(name, { from: fd() }, { from: 'from' })),
  pwrite64,
  truncate,
]

/** Whether a call of that name moves bytes between files that are no longer followed. */
export const movesBytes = (name: string): boolean =>
  /^(sendfile|copy_file_range|splice|tee|vmsplice|sendto|send|recvfrom|recv)$/.test(name)
