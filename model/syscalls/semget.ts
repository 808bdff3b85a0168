import { flagsAndMode, int, key } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/** SEMMSL: semaphores in a set at the most. Source: semget(2). */
const SEMMSL = 32_000

/**
 * The identifier of a semaphore set, made if the key is IPC_PRIVATE, or if IPC_CREAT is given and the key new. The
 * values of a new one are 0.
 *
 * Errors: ENOENT, EEXIST; EINVAL for too many semaphores, none in a new set, more than one that exists has.
 * Source: semget(2); ipc/util.c ipcget(), ipc/sem.c newary(), sem_more_checks().
 */
export const semget = defineSyscall({
  name: 'semget',
  params: { key: key(), nsems: int(2, 1), flags: flagsAndMode('IPC_CREAT', 'IPC_EXCL') },
  makes: 'sem',
  errors: ['EEXIST', 'EINVAL', 'ENOENT'],
  environment: ['EACCES', 'ENOSPC', 'ENOMEM'],
  source: 'semget(2); ipc/util.c ipcget(), ipc/sem.c newary()',
  rule(kernel, caller, { key, nsems, flags }) {
    if (nsems < 0 || nsems > SEMMSL) return fails('EINVAL')
    const known = kernel.fn.findKey(kernel.sems, key)
    if (known !== undefined) {
      if (flags.has('IPC_CREAT') && flags.has('IPC_EXCL')) return fails('EEXIST')
      return nsems > kernel.sems.at(known).semaphores.length ? fails('EINVAL') : succeeds(known)
    }
    if (key !== 0 && !flags.has('IPC_CREAT')) return fails('ENOENT')
    if (nsems === 0) return fails('EINVAL')
    const id = kernel.fn.nextIpcId(kernel, kernel.sems, caller.pid)
    return succeeds(id, (k) => k.fn.newSemaphoreSet(k, caller.pid, key, nsems))
  },
})
