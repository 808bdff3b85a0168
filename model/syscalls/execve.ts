import { advance } from '../lifecycle/compile.ts'
import { threadChart } from '../lifecycle/thread.ts'
import type { Kernel } from '../kernel.ts'
import { flags, out, path, word } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, defineSyscall, fails, type Answer } from '../syscall.ts'

/** A path at which there is nothing. */
const MISSING = '/missing'

const EXEC_FAILURES = [
  ...(['E2BIG', 'EACCES', 'EAGAIN', 'EFAULT', 'EINVAL', 'EIO', 'EISDIR', 'ELOOP', 'EMFILE'] as const),
  ...(['ENAMETOOLONG', 'ENFILE', 'ENOENT', 'ENOEXEC', 'ENOMEM', 'ENOTDIR', 'EPERM', 'ETXTBSY'] as const),
]

/** What execve and execveat have in common. */
function goOnAs(kernel: Kernel, caller: Readonly<Thread>, filename: string): Answer {
  // Two threads cannot be in execve at once; the second waits, and is killed by the first unless that one fails.
  const other = kernel.processOf(caller).threads.find((tid) => kernel.threads.at(tid).state === 'execing')
  if (other !== undefined) return blocksOn(kernel.threads.key(other))
  if (filename === MISSING) return fails('ENOENT')
  const effect = (k: Kernel) => {
    const row = k.threads.edit(caller.tid)
    row.state = advance(threadChart, row.state, 'EXEC')
    row.cursor = 0
  }
  return [{ result: 0, noReturn: true, effect }]
}

/**
 * Go on as another program. Past the point of no return it happens in phases, in which others may look: the other threads
 * die, the caller becomes the main thread, and what a new program does not inherit goes.
 *
 * Returns 0, in the new program. Errors: ENOENT; others by the world outside the model. An error leaves all as it was.
 * Source: execve(2); fs/exec.c bprm_execve(), begin_new_exec().
 */
export const execve = defineSyscall({
  name: 'execve',
  params: { filename: path('program'), argv: out('ignored'), envp: out('ignored') },
  errors: ['ENOENT'],
  environment: EXEC_FAILURES,
  source: 'execve(2); fs/exec.c begin_new_exec()',
  rule: (kernel, caller, { filename }) => goOnAs(kernel, caller, filename),
})

/** execve(2) of a path from the working directory, with flags that change nothing here. Source: execveat(2). */
export const execveat = defineSyscall({
  name: 'execveat',
  params: {
    dirfd: word('AT_FDCWD'),
    filename: path('program'),
    argv: out('ignored'),
    envp: out('ignored'),
    flags: flags('AT_SYMLINK_NOFOLLOW'),
  },
  errors: ['ENOENT'],
  environment: EXEC_FAILURES,
  source: 'execveat(2); fs/exec.c begin_new_exec()',
  rule: (kernel, caller, { filename }) => goOnAs(kernel, caller, filename),
})
