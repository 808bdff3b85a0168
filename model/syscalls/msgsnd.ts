import { MSGMAX, textOf } from '../functions/messages.ts'
import { flags, int, message, object } from '../params.ts'
import { blocksOn, defineSyscall, fails, succeeds, type Outcome } from '../syscall.ts'

/**
 * Append a message of `size` bytes, or hand it to a receiver that sleeps for it. Sleeps while the queue is full, and
 * then competes with whoever comes: senders do not queue. Awake, it looks for signals before it looks for room.
 *
 * Errors: EINVAL, a type below 1, a size below 0 or above msgmax, no such queue; EAGAIN, full and IPC_NOWAIT; EIDRM;
 * EINTR.
 * Source: msgsnd(2); ipc/msg.c do_msgsnd(), ss_wakeup().
 */
export const msgsnd = defineSyscall({
  name: 'msgsnd',
  params: { id: object('msg'), message: message(), size: int(1, 0, 100, MSGMAX), flags: flags('IPC_NOWAIT') },
  interrupted: 'ERESTARTNOHAND',
  interruptedWhenReady: () => true,
  errors: ['EAGAIN', 'EIDRM', 'EINVAL'],
  environment: ['EACCES', 'EFAULT', 'ENOMEM'],
  source: 'msgsnd(2); ipc/msg.c do_msgsnd()',
  rule(kernel, caller, { id, message, size, flags }) {
    if (size < 0 || size > MSGMAX || message.mtype < 1) return fails('EINVAL')
    const queue = kernel.msgs.get(id)
    if (queue === undefined) return caller.slept ? fails('EIDRM') : kernel.fn.noObject(caller)
    if (!kernel.fn.messageFits(queue, size)) {
      return flags.has('IPC_NOWAIT') ? fails('EAGAIN') : blocksOn(kernel.msgs.key(id))
    }
    const sent = { type: message.mtype, size, ...textOf(message, size) }
    const lost = kernel.fn.unseenReceivers(kernel, id).map((tid): Outcome => ({
      result: 0,
      effect: (k) => k.fn.sendToUnseen(k, caller.pid, id, tid),
    }))
    return [...succeeds(0, (k) => k.fn.sendMessage(k, caller.pid, id, sent)), ...lost]
  },
})
