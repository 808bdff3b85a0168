import { int, intOrUnseen, object, out, usualFlags } from '../params.ts'
import type { Kernel } from '../kernel.ts'
import type { MessageReceiver } from '../state/ipc.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, defineSyscall, fails, goesOn, succeeds, type Answer } from '../syscall.ts'

/** What traces show of a size of -1 and less, which is unsigned to them, is not below this. */
const BELOW_ZERO = 2 ** 63

interface Copying {
  readonly id: number
  readonly size: number
  readonly type: number
  readonly flags: ReadonlySet<string>
}

/** Source: msgrcv(2) MSG_COPY; ipc/msg.c prepare_copy(), ipc/msgutil.c copy_msg(). */
function copyMessage(kernel: Kernel, caller: Readonly<Thread>, { id, size, type, flags }: Copying): Answer {
  if (flags.has('MSG_EXCEPT') || !flags.has('IPC_NOWAIT')) return fails('EINVAL')
  const queue = kernel.msgs.get(id)
  if (queue === undefined) return kernel.fn.noObject(caller)
  const message = queue.messages[type]
  if (message === undefined) return fails('ENOMSG')
  if (message.size > size) return fails(flags.has('MSG_NOERROR') ? 'EINVAL' : 'E2BIG')
  return succeeds(message.size, undefined, kernel.fn.messageOut(message, size))
}

/**
 * Take a message of at most `size` bytes: the first for type 0, the first of that type above 0 (with MSG_EXCEPT the
 * first of another), the first of the lowest type not above -type below 0. A longer one stays, or is cut under
 * MSG_NOERROR. Sleeps while there is none; receivers that sleep are served in order of arrival. MSG_COPY, with IPC_NOWAIT
 * alone, takes a copy of the message at the place `type`, counted from 0, and leaves the queue as it is.
 *
 * Returns the bytes taken. Errors: EINVAL, a size below 0, no such queue, flags that exclude each other; E2BIG; ENOMSG, none and IPC_NOWAIT; EIDRM;
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
    flags: usualFlags(
      ['IPC_NOWAIT', 'MSG_NOERROR', 'MSG_EXCEPT', 'MSG_COPY'],
      [],
      ['IPC_NOWAIT'],
      ['MSG_NOERROR'],
      ['IPC_NOWAIT', 'MSG_COPY'],
    ),
  },
  interrupted: 'ERESTARTNOHAND',
  errors: ['E2BIG', 'EIDRM', 'EINVAL', 'ENOMSG'],
  environment: ['EACCES', 'EFAULT', 'ENOMEM', 'ENOSYS'],
  source: 'msgrcv(2); ipc/msg.c do_msgrcv()',
  rule(kernel, caller, { id, size, type, flags }) {
    if (size === null) return kernel.fn.receiveUnseen(kernel, caller, id)
    const { tid, pid, sleepsOn } = caller
    if (size < 0 || size >= BELOW_ZERO) return fails('EINVAL')
    if (flags.has('MSG_COPY')) return copyMessage(kernel, caller, { id, size, type, flags })
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
      kernel.fn.messageOut(message, size),
    )
  },
})
