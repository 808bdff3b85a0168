import { MAX_SHM } from '../functions/shm.ts'
import { flagsAndMode, int, key } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * The identifier of a shared memory segment, made if the key is IPC_PRIVATE, or if IPC_CREAT is given and the key new.
 * `size` is in bytes; 0 fits every segment that exists.
 *
 * Errors: ENOENT, EEXIST; EINVAL for a new one of no size or too much, or one that exists and is smaller.
 * Source: shmget(2); ipc/util.c ipcget(), ipc/shm.c newseg(), shm_more_checks().
 */
export const shmget = defineSyscall({
  name: 'shmget',
  params: { key: key(), size: int(4096, 1, 8192), flags: flagsAndMode('IPC_CREAT', 'IPC_EXCL') },
  makes: 'shm',
  errors: ['EEXIST', 'EINVAL', 'ENOENT'],
  environment: ['EACCES', 'ENOSPC', 'ENOMEM'],
  source: 'shmget(2); ipc/util.c ipcget(), ipc/shm.c newseg()',
  rule(kernel, caller, { key, size, flags }) {
    const known = kernel.fn.findKey(kernel.shms, key)
    if (known !== undefined) {
      if (flags.has('IPC_CREAT') && flags.has('IPC_EXCL')) return fails('EEXIST')
      return size > kernel.shms.at(known).size ? fails('EINVAL') : succeeds(known)
    }
    if (key !== 0 && !flags.has('IPC_CREAT')) return fails('ENOENT')
    if (size < 1 || size > MAX_SHM) return fails('EINVAL')
    const id = kernel.fn.nextIpcId(kernel, kernel.shms, caller.pid)
    return succeeds(id, (k) => k.fn.newSegment(k, caller.tid, key, size))
  },
})
