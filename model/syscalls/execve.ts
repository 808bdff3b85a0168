import { advance } from '../lifecycle/compile.ts'
import { threadChart } from '../lifecycle/thread.ts'
import { out, path } from '../params.ts'
import { blocksOn, defineSyscall, fails } from '../syscall.ts'

/** A path at which there is nothing. */
const MISSING = '/missing'

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
  environment: [
    ...(['E2BIG', 'EACCES', 'EAGAIN', 'EFAULT', 'EINVAL', 'EIO', 'EISDIR', 'ELOOP', 'EMFILE'] as const),
    ...(['ENAMETOOLONG', 'ENFILE', 'ENOENT', 'ENOEXEC', 'ENOMEM', 'ENOTDIR', 'EPERM', 'ETXTBSY'] as const),
  ],
  source: 'execve(2); fs/exec.c begin_new_exec()',
  rule(kernel, caller, { filename }) {
    // Two threads cannot be in execve at once; the second waits, and is killed by the first unless that one fails.
    const other = kernel.processOf(caller).threads.find((tid) => kernel.threads.at(tid).state === 'execing')
    if (other !== undefined) return blocksOn(kernel.threads.key(other))
    if (filename === MISSING) return fails('ENOENT')
    const effect = (k: typeof kernel) => {
      const row = k.threads.edit(caller.tid)
      row.state = advance(threadChart, row.state, 'EXEC')
      row.cursor = 0
    }
    return [{ result: 0, noReturn: true, effect }]
  },
})
