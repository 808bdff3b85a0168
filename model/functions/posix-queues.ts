import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { posixQueueChart } from '../lifecycle/posix-queue.ts'
import { threadChart } from '../lifecycle/thread.ts'
import type { PosixMessage } from '../state/ipc.ts'
import type { OpenFileDescription } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import type { OutValues, Result } from '../syscall.ts'
import { NOTHING_DONE } from './unfinished-calls.ts'

/** MQ_PRIO_MAX, HARD_MSGMAX, HARD_MSGSIZEMAX. Source: mq_overview(7). */
export const MQ_PRIO_MAX = 32768
export const HARD_MSGMAX = 65_536
export const HARD_MSGSIZEMAX = 16_777_216
/** Bytes of a name, without the slash. Source: mq_overview(7); fs/libfs.c simple_lookup(). */
export const NAME_MAX = 255
/** msg_default and msgsize_default, which are msg_max and msgsize_max too. Source: mq_overview(7). */
export const DEFAULT_ATTRIBUTES = { maxMessages: 10, maxSize: 8192 }

/** How the name of a queue stands among the names. The system call takes it without the C library's slash. */
export const queueName = (name: string): string => `mq:/${name.replace(/^\//, '')}`

export interface Opened {
  readonly queue: number
  /** The open file description's id and row. */
  readonly id: number
  readonly description: Readonly<OpenFileDescription>
}

/** The queue behind a descriptor; undefined: not open, or no queue. */
export function queueOf(kernel: Kernel, caller: Readonly<Thread>, fd: number): Opened | undefined {
  const id = kernel.fn.describedBy(kernel, caller, fd)
  const description = kernel.descriptions.get(id)
  if (description?.kind !== 'message-queue') return undefined
  return { queue: kernel.inodes.at(description.inode).object, id, description }
}

/** A new queue, open once by its maker, whose descriptor is yet to come. Source: mq_open(3); ipc/mqueue.c mqueue_create_attr(). */
export function mqueueCreate(
  kernel: Kernel,
  maker: number,
  name: string,
  limits: { readonly maxMessages: number; readonly maxSize: number },
): number {
  const queue = kernel.queues.add(maker, (id) => ({
    state: posixQueueChart.initial,
    name: queueName(name),
    messages: [],
    maxMessages: limits.maxMessages,
    maxSize: limits.maxSize,
    inode: kernel.fn.newInode(kernel, maker, { kind: 'message-queue', object: id }),
    notify: null,
    senders: [],
    receivers: [],
  }))
  kernel.names.set(queueName(name), queue)
  return queue
}

/** A queue that exists is opened once more. */
export function mqueueReopen(kernel: Kernel, maker: number, queue: number): void {
  const row = kernel.queues.edit(queue)
  row.state = advance(posixQueueChart, row.state, 'OPEN')
  if (row.inode === 0) row.inode = kernel.fn.newInode(kernel, maker, { kind: 'message-queue', object: queue })
}

/** What mq_open says of the open file description. */
export type QueueOpening = Pick<OpenFileDescription, 'access' | 'nonblock' | 'openFlags'>

/** A descriptor of the queue, always close-on-exec. Source: mq_open(3); ipc/mqueue.c do_mq_open(). */
export function mqueueInstall(kernel: Kernel, tid: number, queue: number, opening: QueueOpening): void {
  const { inode } = kernel.queues.at(queue)
  const { pid } = kernel.threads.at(tid)
  const description = kernel.fn.newDescription(kernel, pid, { inode, kind: 'message-queue', ...opening })
  kernel.fn.installFd(kernel, tid, description, true)
}

/**
 * A process that removes any descriptor of a queue loses its registration there.
 * Source: mq_notify(3); ipc/mqueue.c mqueue_flush_file().
 */
export function mqueueFlushFile(kernel: Kernel, tid: number, description: Readonly<OpenFileDescription>): void {
  if (description.kind !== 'message-queue') return
  const queue = kernel.inodes.at(description.inode).object
  if (kernel.queues.at(queue).notify?.pid === kernel.threads.at(tid).pid) kernel.fn.mqueueCancel(kernel, queue)
}

/** The registration goes, unused. Source: ipc/mqueue.c remove_notification(). */
export function mqueueCancel(kernel: Kernel, queue: number): void {
  const row = kernel.queues.edit(queue)
  row.state = advance(posixQueueChart, row.state, 'CANCEL')
  row.notify = null
}

/** The last reference to an open queue is gone. Source: mq_close(3), mq_unlink(3). */
export function mqueueRelease(kernel: Kernel, description: Readonly<OpenFileDescription>): void {
  const { object: queue, users } = kernel.inodes.at(description.inode)
  const row = kernel.queues.edit(queue)
  row.state = advance(posixQueueChart, row.state, users === 1 ? 'LAST_CLOSE' : 'CLOSE')
  if (users === 1) row.inode = 0
  if (row.state === 'destroyed') kernel.queues.remove(queue)
}

/** The name goes; the queue, when nobody has it open. Source: mq_unlink(3). */
export function mqueueUnlink(kernel: Kernel, queue: number): void {
  const row = kernel.queues.edit(queue)
  kernel.names.delete(row.name)
  row.state = advance(posixQueueChart, row.state, 'UNLINK')
  if (row.state === 'destroyed') kernel.queues.remove(queue)
}

/** Which of a queue's waiters: those with a message to send, or those who want one. */
export type Side = 'senders' | 'receivers'

/**
 * The call sleeps on a queue, behind those that are there. Where another thread might close the descriptor meanwhile, it
 * keeps a reference to the open file description. Source: ipc/mqueue.c wq_add(), wq_sleep().
 */
export function sleepOnQueue(kernel: Kernel, tid: number, opened: Pick<Opened, 'queue' | 'id'>, side: Side): void {
  const { queue, id } = opened
  const description = kernel.fn.fdget(kernel, tid, id)
  if (description !== 0) kernel.fn.stayInCall(kernel, tid, { ...NOTHING_DONE, description })
  const row = kernel.queues.edit(queue)
  row[side] = [...row[side], tid]
  kernel.threads.edit(tid).slept = true
  kernel.fn.joinSleepers(kernel, tid, { kind: 'mq', id: queue })
}

/** The waiters that may be served next. Source: ipc/mqueue.c wq_get_first_waiter(). */
export function mqueueWaiters(kernel: Kernel, queue: number, side: Side): readonly number[] {
  const waiting = kernel.queues.at(queue)[side]
  if (waiting.length < 2) return waiting
  const isPlain = (tid: number) => !kernel.processOf(kernel.threads.at(tid)).rescheduled
  return waiting.every(isPlain) ? waiting.slice(0, 1) : waiting
}

/** Place a message behind those of its priority and above. Source: ipc/mqueue.c msg_insert(). */
export function mqueueInsert(kernel: Kernel, queue: number, message: PosixMessage): void {
  const row = kernel.queues.edit(queue)
  const place = row.messages.findIndex(({ priority }) => priority < message.priority)
  row.messages = row.messages.toSpliced(place < 0 ? row.messages.length : place, 0, message)
}

/** A message that nobody waited for comes in; into an empty queue, it is announced. Source: ipc/mqueue.c do_mq_timedsend(). */
export function mqueueSend(kernel: Kernel, queue: number, message: PosixMessage, sender: number): void {
  kernel.fn.mqueueInsert(kernel, queue, message)
  const { notify, messages } = kernel.queues.at(queue)
  if (notify !== null && messages.length === 1) kernel.fn.mqueueNotify(kernel, queue, sender)
}

/**
 * Tell the registered process of a message, once: the registration is used up. A process that has called execve since
 * hears nothing. Source: mq_notify(3); ipc/mqueue.c __do_notify().
 */
export function mqueueNotify(kernel: Kernel, queue: number, sender: number): void {
  const row = kernel.queues.edit(queue)
  const { pid, signal, execed } = row.notify!
  row.state = advance(posixQueueChart, row.state, 'FIRE')
  row.notify = null
  if (signal === 0 || execed || !kernel.processes.has(pid)) return
  kernel.fn.sendToProcess(kernel, pid, { signal, code: 'SI_MESGQ', pid: sender })
}

/** The registrations of a process outlive its execve, but no longer reach it. Source: ipc/mqueue.c notify_self_exec_id. */
export function mqueueExec(kernel: Kernel, pid: number): void {
  for (const queue of kernel.queues.ids(({ notify }) => notify?.pid === pid)) {
    const row = kernel.queues.edit(queue)
    row.notify = { ...row.notify!, execed: true }
  }
}

/** What a receiver gets beside the length. Text that was not seen whole is not claimed. */
export const receivedOf = ({ priority, size, text }: PosixMessage): OutValues => ({
  priority,
  ...(text.length === size && { text }),
})

/** The message that a sender's arguments make. */
export const messageOf = (args: Readonly<Record<string, unknown>>): PosixMessage => {
  const size = args.size as number
  return { priority: args.priority as number, size, text: (args.text as string).slice(0, size) }
}

/** The first message leaves the queue. Source: ipc/mqueue.c msg_get(). */
export function mqueueTake(kernel: Kernel, queue: number): void {
  const row = kernel.queues.edit(queue)
  row.messages = row.messages.slice(1)
}

/**
 * A message goes straight to a waiting receiver, which has then received it even if a signal kills it before it runs;
 * nobody is notified. Source: ipc/mqueue.c pipelined_send().
 */
export function pipelinedSend(kernel: Kernel, _queue: number, receiver: number, message: PosixMessage): void {
  kernel.fn.mqueueWake(kernel, receiver, message.size, receivedOf(message))
}

/** A receiver has made room: the message of a waiting sender comes in. Source: ipc/mqueue.c pipelined_receive(). */
export function pipelinedReceive(kernel: Kernel, queue: number, sender: number): void {
  kernel.fn.mqueueInsert(kernel, queue, messageOf(kernel.threads.at(sender).call!.args))
  kernel.fn.mqueueWake(kernel, sender, 0, null)
}

/** The call of a sleeping thread is done, by another's hand (STATE_READY). Source: ipc/mqueue.c __pipelined_op(). */
export function mqueueWake(kernel: Kernel, tid: number, result: Result, out: OutValues | null): void {
  kernel.fn.leaveSleepers(kernel, tid)
  const row = kernel.threads.edit(tid)
  row.state = advance(threadChart, row.state, 'EFFECT')
  row.result = result
  row.out = out
  if (row.unfinished !== null) kernel.fn.finishCall(kernel, tid)
}
