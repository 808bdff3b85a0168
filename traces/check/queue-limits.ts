import { DEFAULT_ATTRIBUTES, queueOf } from '../../model/functions/posix-queues.ts'
import type { Call } from '../../model/syscall.ts'
import { memberOf, numberOf, type Field } from '../strace/values.ts'
import type { Ground } from './ground.ts'

/** Where the administrator sets them. Source: mq_overview(7), /proc interfaces. */
const SETTINGS = '/proc/sys/fs/mqueue/'

/** What queues are that were made without attributes, and what may be asked for: an administrator may have changed it. */
export class QueueLimits {
  /** The capture shows that they were set. */
  areSet = false

  /** A file was opened. */
  opened({ pathname, flags }: Call['args']): void {
    if (typeof pathname !== 'string' || !pathname.startsWith(SETTINGS)) return
    const words = flags as ReadonlySet<string>
    this.areSet ||= words.has('O_WRONLY') || words.has('O_RDWR')
  }

  /** mq_getattr shows a queue with the usual attributes, as far as the model knows, to have others: true, they are taken over. */
  explains(ground: Ground, tid: number, { syscall, args }: Call, fields: readonly Field[]): boolean {
    const shown = syscall.name === 'mq_getsetattr' ? fields[2]?.value : undefined
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    const found = shown && thread && queueOf(kernel, thread, args.mqd as number)
    if (shown === undefined || found === undefined) return false
    const { maxMessages, maxSize } = kernel.queues.at(found.queue)
    const most = memberOf(shown, 'mq_maxmsg')
    const size = memberOf(shown, 'mq_msgsize')
    const limits = { maxMessages: most && numberOf(most), maxSize: size && numberOf(size) }
    if (maxMessages !== DEFAULT_ATTRIBUTES.maxMessages || maxSize !== DEFAULT_ATTRIBUTES.maxSize) return false
    if (limits.maxMessages === undefined || limits.maxSize === undefined) return false
    if (limits.maxMessages === maxMessages && limits.maxSize === maxSize) return false
    ground.follower.amend((copy) => {
      if (copy.queues.has(found.queue)) Object.assign(copy.queues.edit(found.queue), limits)
    })
    ground.assume('queues that are made without attributes have others than usual')
    return true
  }
}
