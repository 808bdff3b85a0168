import { flags, int, intOrUnseen, object, out } from '../params.ts'
import type { MessageReceiver } from '../state/ipc.ts'
import { blocksOn, defineSyscall, fails, goesOn, succeeds } from '../syscall.ts'

/**
 * Take a message of at most `size` bytes: the first for type 0, the first of that type above 0 (with MSG_EXCEPT the
 * first of another), the first of the lowest type not above -type below 0. A longer one stays, or is cut under
 * MSG_NOERROR. Sleeps while there is none; receivers that sleep are served in order of arrival.
 *
 * Returns the bytes taken. Errors: EINVAL, a size below 0, no such queue; E2BIG; ENOMSG, none and IPC_NOWAIT; EIDRM;
 * EINTR.
 * Source: msgrcv(2); ipc/msg.c do_msgrcv().
 */
export const msgrcv = defineSyscall({
  name: 'msgrcv',
  params: {
    id: object('msg'),
    message: out('message'),
    size: intOrUnseen(8192, 100, 1, 0),
    type: int(0, 0, 1, 2, -2),
    flags: flags('IPC_NOWAIT', 'MSG_NOERROR', 'MSG_EXCEPT'),
  },
  interrupted: 'ERESTARTNOHAND',
  errors: ['E2BIG', 'EIDRM', 'EINVAL', 'ENOMSG'],
  environment: ['EACCES', 'EFAULT', 'ENOMEM'],
  source: 'msgrcv(2); ipc/msg.c do_msgrcv()',
  rule(kernel, caller, { id, size, type, flags }) {
    if (size === null) return kernel.fn.receiveUnseen(kernel, caller, id)
    const { tid, pid, sleepsOn } = caller
    if (size < 0) return fails('EINVAL')
    const queue = kernel.msgs.get(id)
    const wants = kernel.fn.selectionOf(type, flags.has('MSG_EXCEPT'))
    const receiver: MessageReceiver = { tid, wants, room: size, cuts: flags.has('MSG_NOERROR'), stirred: false }
    const sleep = goesOn((k) => k.fn.sleepForMessage(k, id, receiver))
    if (sleepsOn !== null) {
      const stirred = queue?.receivers.some((other) => other.tid === tid && other.stirred) === true
      return stirred ? sleep : blocksOn(kernel.msgs.key(id))
    }
    if (queue === undefined) return kernel.fn.noObject(caller)
    const place = kernel.fn.findMessage(kernel, queue.messages, wants)
    if (place < 0) return flags.has('IPC_NOWAIT') ? fails('ENOMSG') : sleep
    const message = queue.messages[place]!
    if (message.size > size && !receiver.cuts) return fails('E2BIG')
    return succeeds(
      Math.min(size, message.size),
      (k) => k.fn.takeMessage(k, pid, id, place),
      kernel.fn.messageOut(message),
    )
  },
})
