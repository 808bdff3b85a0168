import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { messageQueueChart } from '../lifecycle/message-queue.ts'
import type { OutgoingMessage } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, type Answer, type Outcome } from '../syscall.ts'
import type { Message, MessageQueue, MessageReceiver, MessageSelection } from '../state/ipc.ts'

/** MSGMNB: bytes that a new queue may hold; MSGMAX: bytes of a message. Source: msgop(2). */
export const MSGMNB = 16_384
export const MSGMAX = 8192

/** Source: msgget(2); ipc/msg.c newque(). */
export function newMessageQueue(kernel: Kernel, pid: number, key: number): void {
  kernel.msgs.put(kernel.fn.newIpcId(kernel, kernel.msgs, pid), {
    state: messageQueueChart.initial,
    key,
    messages: [],
    capacity: MSGMNB,
    lspid: 0,
    lrpid: 0,
    receivers: [],
  })
}

/** Bytes in the queue (msg_cbytes). */
export const bytesIn = ({ messages }: Readonly<MessageQueue>): number =>
  messages.reduce((sum, { size }) => sum + size, 0)

/**
 * The limit counts bytes, and messages as if each were one byte: so an empty message enters a queue that is full of
 * bytes. Source: msgsnd(2); ipc/msg.c msg_fits_inqueue().
 */
export function messageFits(queue: Readonly<MessageQueue>, size: number): boolean {
  return bytesIn(queue) + size <= queue.capacity && queue.messages.length + 1 <= queue.capacity
}

/** Which messages msgtyp and MSG_EXCEPT select. Source: msgrcv(2); ipc/msg.c convert_mode(). */
export function selectionOf(type: number, except: boolean): MessageSelection {
  if (type === 0) return { by: 'any', type }
  if (type < 0) return { by: 'up-to', type: -type }
  return { by: except ? 'except' : 'equal', type }
}

/** Source: ipc/msg.c testmsg(). */
export function isWanted({ by, type }: MessageSelection, message: Message): boolean {
  switch (by) {
    case 'any':
      return true
    case 'equal':
      return message.type === type
    case 'except':
      return message.type !== type
    case 'up-to':
      return message.type <= type
  }
}

/** The place of the message that a selection takes, -1 for none. Source: msgrcv(2); ipc/msg.c find_msg(). */
export function findMessage(kernel: Kernel, messages: readonly Message[], wants: MessageSelection): number {
  let found = -1
  for (const [place, message] of messages.entries()) {
    if (!kernel.fn.isWanted(wants, message)) continue
    if (wants.by !== 'up-to') return place
    if (found < 0 || message.type < messages[found]!.type) found = place
  }
  return found
}

/** Put a message that fits into the queue, or into the hands of a receiver. Source: msgsnd(2); ipc/msg.c do_msgsnd(). */
export function sendMessage(kernel: Kernel, pid: number, queue: number, message: Message): void {
  const row = kernel.msgs.edit(queue)
  row.state = advance(messageQueueChart, row.state, 'SEND')
  row.lspid = pid
  if (!kernel.fn.handOver(kernel, queue, message)) row.messages = [...row.messages, message]
}

/**
 * Give the message to the first sleeping receiver that wants it. One with too little room fails, and the next is asked.
 * True when it was taken. Source: ipc/msg.c pipelined_send().
 */
export function handOver(kernel: Kernel, queue: number, message: Message): boolean {
  const row = kernel.msgs.edit(queue)
  for (const receiver of kernel.fn.receiversInOrder(kernel, queue)) {
    if (!kernel.fn.isWanted(receiver.wants, message)) continue
    row.receivers = row.receivers.filter(({ tid }) => tid !== receiver.tid)
    if (receiver.room < message.size && !receiver.cuts) {
      kernel.fn.completeSleeper(kernel, receiver.tid, 'E2BIG')
      continue
    }
    row.lrpid = receiver.tid
    kernel.fn.completeSleeper(
      kernel,
      receiver.tid,
      Math.min(receiver.room, message.size),
      messageOut(message, receiver.room),
    )
    return true
  }
  return false
}

/** What is known of the text of a message of so many bytes. */
export const textOf = ({ mtext }: OutgoingMessage, size: number): { readonly text?: string } =>
  mtext === undefined ? {} : { text: mtext.slice(0, size) }

/** What a receiver finds in its buffer, as far as it is known: of a longer message as much as there is room for. */
export const messageOut = (
  { type, text }: Message,
  room: number,
): { readonly message: { readonly mtype: number; readonly mtext?: string } } => ({
  message: text === undefined ? { mtype: type } : { mtype: type, mtext: text.slice(0, room) },
})

/** Sleeping receivers in the order in which a message is offered to them: that of their arrival. */
export function receiversInOrder(kernel: Kernel, queue: number): readonly MessageReceiver[] {
  return kernel.msgs.at(queue).receivers
}

/** Take a message out of the queue; senders that wait for room look again. Source: msgrcv(2); ipc/msg.c do_msgrcv(). */
export function takeMessage(kernel: Kernel, pid: number, queue: number, place: number): void {
  const row = kernel.msgs.edit(queue)
  row.state = advance(messageQueueChart, row.state, 'RECEIVE')
  row.lrpid = pid
  row.messages = row.messages.toSpliced(place, 1)
}

/** The call sleeps behind the receivers that are there; if it was among them, it moves to the end. */
export function sleepForMessage(kernel: Kernel, queue: number, receiver: MessageReceiver): void {
  const row = kernel.msgs.edit(queue)
  row.receivers = [...row.receivers.filter(({ tid }) => tid !== receiver.tid), receiver]
  kernel.fn.joinSleepers(kernel, receiver.tid, { kind: 'msg', id: queue })
}

/**
 * A msgrcv of which a trace shows no more than the queue, as its caller dies in it: it may take any message along.
 */
export function receiveUnseen(kernel: Kernel, { pid }: Readonly<Thread>, queue: number): Answer {
  const messages = kernel.msgs.get(queue)?.messages ?? []
  if (messages.length === 0) return blocksOn(kernel.msgs.key(queue))
  return messages.map(({ size }, place): Outcome => ({
    result: size,
    effect: (k) => k.fn.takeMessage(k, pid, queue, place),
  }))
}

/** Threads in such a call. Each may be the sleeping receiver to whom the next message is handed. */
export function unseenReceivers(kernel: Kernel, queue: number): readonly number[] {
  return kernel.threads.ids(
    ({ state, call }) =>
      state === 'in-call' && call?.syscall.name === 'msgrcv' && call.args.id === queue && call.args.size === null,
  )
}

/** The message goes to a receiver that will die with it. */
export function sendToUnseen(kernel: Kernel, pid: number, queue: number, tid: number): void {
  const row = kernel.msgs.edit(queue)
  row.state = advance(messageQueueChart, row.state, 'SEND')
  row.lspid = pid
  row.lrpid = tid
  kernel.fn.completeSleeper(kernel, tid, 0)
}

/** Change msg_qbytes. Receivers all wake, to see whether they still may. Source: msgctl(2); ipc/msg.c expunge_all(). */
export function setCapacity(kernel: Kernel, queue: number, capacity: number): void {
  const row = kernel.msgs.edit(queue)
  row.capacity = capacity
  row.receivers = row.receivers.map((receiver) => ({ ...receiver, stirred: true }))
}

/** The queue goes with its messages; sleepers fail. Source: msgctl(2); ipc/msg.c freeque(). */
export function removeMessageQueue(kernel: Kernel, queue: number): void {
  kernel.fn.expelReceivers(kernel, queue)
  const row = kernel.msgs.edit(queue)
  row.state = advance(messageQueueChart, row.state, 'RMID')
  kernel.msgs.remove(queue)
  kernel.fn.objectRemoved(kernel, 'msg', queue)
}

export function expelReceivers(kernel: Kernel, queue: number): void {
  for (const { tid } of kernel.msgs.at(queue).receivers) kernel.fn.completeSleeper(kernel, tid, 'EIDRM')
  kernel.msgs.edit(queue).receivers = []
}
