import { flagsAndMode, key } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * The identifier of a message queue, made if the key is IPC_PRIVATE, or if IPC_CREAT is given and the key new.
 * Errors: ENOENT, EEXIST.
 * Source: msgget(2); ipc/util.c ipcget(), ipc/msg.c newque().
 */
export const msgget = defineSyscall({
  name: 'msgget',
  params: { key: key(), flags: flagsAndMode('IPC_CREAT', 'IPC_EXCL') },
  makes: 'msg',
  errors: ['EEXIST', 'ENOENT'],
  environment: ['EACCES', 'ENOSPC', 'ENOMEM'],
  source: 'msgget(2); ipc/util.c ipcget(), ipc/msg.c newque()',
  rule(kernel, caller, { key, flags }) {
    const known = kernel.fn.findKey(kernel.msgs, key)
    if (known !== undefined) {
      return flags.has('IPC_CREAT') && flags.has('IPC_EXCL') ? fails('EEXIST') : succeeds(known)
    }
    if (key !== 0 && !flags.has('IPC_CREAT')) return fails('ENOENT')
    const id = kernel.fn.nextIpcId(kernel, kernel.msgs, caller.pid)
    return succeeds(id, (k) => k.fn.newMessageQueue(k, caller.pid, key))
  },
})
