import type { Kernel } from '../kernel.ts'
import { EMPTY_PIPE } from '../functions/pipes.ts'
import { flags, out } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer } from '../syscall.ts'

function makePipe(kernel: Kernel, caller: Readonly<Thread>, flags: ReadonlySet<string>): Answer {
  const fds = kernel.fn.numbersForTwo(kernel, caller)
  if (!kernel.fn.hasRoomFor(kernel, caller, ...fds)) return kernel.fn.promising(kernel, caller, fds, fails('EMFILE'))
  const nonblock = flags.has('O_NONBLOCK')
  const cloexec = flags.has('O_CLOEXEC')
  const effect = (k: Kernel) => {
    const inode = k.fn.newInode(k, caller.pid, { kind: 'pipe', pipe: EMPTY_PIPE })
    const direct = flags.has('O_DIRECT')
    const source = k.fn.newPipeEnd(k, caller.pid, { kind: 'pipe', inode, nonblock, access: 'O_RDONLY' })
    const sink = k.fn.newPipeEnd(k, caller.pid, { kind: 'pipe', inode, nonblock, access: 'O_WRONLY', direct })
    k.fn.installFd(k, caller.tid, source, cloexec)
    k.fn.installFd(k, caller.tid, sink, cloexec)
  }
  return kernel.fn.promising(kernel, caller, fds, succeeds(0, effect, { fds }))
}

/**
 * Make a pipe. `fds` are its reading and its writing end, at the two lowest free descriptors; with O_DIRECT each write is
 * a packet. Errors: EMFILE, unless both fit.
 * Source: pipe2(2); fs/pipe.c do_pipe2().
 */
export const pipe2 = defineSyscall({
  name: 'pipe2',
  params: { fds: out('fds'), flags: flags('O_CLOEXEC', 'O_NONBLOCK', 'O_DIRECT') },
  makes: 'fds',
  errors: ['EMFILE'],
  environment: ['EFAULT', 'ENFILE', 'ENOMEM'],
  source: 'pipe2(2); fs/pipe.c do_pipe2()',
  rule: (kernel, caller, { flags }) => makePipe(kernel, caller, flags),
})

/** pipe2(2) without flags. Source: pipe(2). */
export const pipe = defineSyscall({
  name: 'pipe',
  params: { fds: out('fds') },
  makes: 'fds',
  errors: ['EMFILE'],
  environment: ['EFAULT', 'ENFILE', 'ENOMEM'],
  source: 'pipe(2); fs/pipe.c do_pipe2()',
  rule: (kernel, caller) => makePipe(kernel, caller, new Set()),
})
