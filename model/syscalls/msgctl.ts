import { constant, msgLimit, object, out } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Remove a queue at once, with its messages. Sleepers fail with EIDRM.
 * Errors: EINVAL.
 * Source: msgctl(2); ipc/msg.c msgctl_down(), freeque().
 */
const remove = defineSyscall({
  name: 'msgctl',
  form: 'IPC_RMID',
  params: { id: object('msg'), command: constant('IPC_RMID'), buf: out('ignored') },
  errors: ['EINVAL'],
  environment: ['EPERM'],
  source: 'msgctl(2); ipc/msg.c freeque()',
  rule(kernel, _caller, { id }) {
    if (!kernel.msgs.has(id)) return fails('EINVAL')
    return succeeds(0, (k) => k.fn.removeMessageQueue(k, id))
  },
})

/**
 * The state of a queue. msg_lrpid is a process, unless a receiver was handed a message in its sleep: then a thread.
 * Errors: EINVAL, EIDRM.
 * Source: msgctl(2); ipc/msg.c msgctl_stat(), pipelined_send().
 */
const stat = defineSyscall({
  name: 'msgctl',
  form: 'IPC_STAT',
  params: { id: object('msg'), command: constant('IPC_STAT'), buf: out('msg-status') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EACCES', 'EFAULT'],
  source: 'msgctl(2); ipc/msg.c msgctl_stat()',
  rule(kernel, caller, { id }) {
    const queue = kernel.msgs.get(id)
    if (queue === undefined) return kernel.fn.noObject(caller)
    const { messages, capacity, lspid, lrpid } = queue
    const buf = { msg_qnum: messages.length, msg_qbytes: capacity, msg_lspid: lspid, msg_lrpid: lrpid }
    return succeeds(0, undefined, { buf })
  },
})

/**
 * Change msg_qbytes. Senders may find room; receivers that sleep look again, and queue anew in any order.
 * Errors: EINVAL; EPERM to raise it above msgmnb without CAP_SYS_RESOURCE, by the world outside the model.
 * Source: msgctl(2); ipc/msg.c msgctl_down().
 */
const set = defineSyscall({
  name: 'msgctl',
  form: 'IPC_SET',
  params: { id: object('msg'), command: constant('IPC_SET'), buf: msgLimit() },
  errors: ['EINVAL'],
  environment: ['EPERM', 'EFAULT'],
  source: 'msgctl(2); ipc/msg.c msgctl_down()',
  rule(kernel, _caller, { id, buf }) {
    if (!kernel.msgs.has(id)) return fails('EINVAL')
    return succeeds(0, (k) => k.fn.setCapacity(k, id, buf))
  },
})

export const msgctl = [remove, stat, set]
