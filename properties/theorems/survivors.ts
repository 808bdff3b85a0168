import { INIT } from '../../model/functions/signals.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { Step } from '../../model/program.ts'
import type { Runner } from '../../model/run.ts'
import { SIGKILL } from '../../model/signals.ts'
import { runToRest, type Theorem } from './theorem.ts'

/**
 * With every process of a program dead and reaped, only what outlives processes on purpose is left: files, FIFOs, System V
 * objects, named queues and semaphores. What belonged to processes is gone with them.
 */
export const onlyWhatOutlivesProcessesIsLeft: Theorem = {
  name: 'with all its processes dead a program leaves only what outlives processes on purpose',
  source: 'exit(3), svipc(7), mq_overview(7), sem_overview(7), unlink(2)',
  refute(rules, program) {
    const runner = runToRest(rules, program)
    killAll(runner)
    return leftover(runner.kernel, program.steps.some(sharesDescriptors))
  },
}

/**
 * Who has registered at a queue and dies while others share its descriptors closes none of them, and they are not the
 * owner when they do: the registration stays. Source: ipc/mqueue.c mqueue_flush_file().
 */
const sharesDescriptors = ({ args }: Step): boolean =>
  args.flags instanceof Set && (args.flags as ReadonlySet<string>).has('CLONE_FILES')

/** SIGKILL to everybody but init, who reaps them; again, as long as anybody is left to be signalled. */
export function killAll(runner: Runner): void {
  const { kernel } = runner
  for (let left = kernel.processes.size; left > 1; left--) {
    runner.intervene((k) => {
      for (const { pid, state } of k.processes.rows()) {
        if (pid !== INIT && state !== 'zombie')
          k.fn.sendToProcess(k, pid, { signal: SIGKILL, code: 'SI_KERNEL', pid: 0 })
      }
    })
  }
}

function leftover(kernel: Kernel, mayBeRegistered: boolean): string | undefined {
  const { processes, threads, mms, files, fs, undos, groups, sessions, descriptions, sharedMemory, sockets } = kernel
  for (const table of [processes, threads, mms, files, fs, groups, sessions]) {
    if (table.size !== 1) return `${table.size} rows in the table "${table.name}", of which one is init's`
  }
  for (const table of [undos, descriptions, sharedMemory, sockets]) {
    if (table.size !== 0) return `${table.size} rows in the table "${table.name}"`
  }
  const inode = kernel.inodes.rows().find(({ links, users }) => links === 0 || users !== 0)
  if (inode !== undefined) return `a ${inode.kind} inode with ${inode.links} names and ${inode.users} users`
  const locked = kernel.inodes.rows().find(({ recordLocks, flocks }) => recordLocks.length + flocks.length > 0)
  if (locked !== undefined) return 'a lock'
  const segment = kernel.shms.rows().find(({ nattch }) => nattch !== 0)
  if (segment !== undefined) return `a segment with ${segment.nattch} attaches`
  const semaphore = kernel.namedSemaphores.rows().find(({ users }) => users !== 0)
  if (semaphore !== undefined) return `a named semaphore with ${semaphore.users} users`
  if (!mayBeRegistered && kernel.queues.rows().some(({ notify }) => notify !== null))
    return 'a registration at a POSIX queue'
  if (kernel.terminals.rows().some(({ session }) => session !== 0)) return 'a terminal with a session'
  return undefined
}
