import { DEFAULT_ATTRIBUTES, HARD_MSGMAX, HARD_MSGSIZEMAX, NAME_MAX, queueName } from '../functions/posix-queues.ts'
import { int, path, queueAttributes, usualFlags, type QueueAttributes } from '../params.ts'
import type { Kernel } from '../kernel.ts'
import type { AccessMode } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer, type Outcome } from '../syscall.ts'

/** Unlike open(2), mq_open(2) leaves it among the flags that F_GETFL shows. Source: ipc/mqueue.c do_mq_open(); fs/open.c build_open_flags(). */
const O_CLOEXEC = 0o2000000

const WORDS = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_CREAT', 'O_EXCL', 'O_NONBLOCK', 'O_CLOEXEC'] as const

/**
 * Open a message queue, or with O_CREAT make it. The lowest free descriptor, close-on-exec whatever the flags say. The
 * attributes count only when a queue is made: messages, and bytes of one; by default 10 and 8192, which is also as much
 * as a process without privilege may ask for.
 *
 * Errors: ENOENT, no name at all; EMFILE, which comes before any other look at the name; EACCES, a slash in the name; ENAMETOOLONG; ENOENT; EEXIST
 * under O_EXCL; EINVAL, attributes that cannot be, or O_WRONLY|O_RDWR for a queue that exists.
 * Source: mq_open(3), mq_overview(7); ipc/mqueue.c do_mq_open(), prepare_open(), mq_attr_ok().
 */
export const mq_open = defineSyscall({
  name: 'mq_open',
  params: {
    name: path('queue'),
    oflag: usualFlags(
      WORDS,
      ['O_RDWR', 'O_CREAT'],
      ['O_RDWR', 'O_CREAT', 'O_NONBLOCK'],
      ['O_RDWR', 'O_CREAT', 'O_EXCL'],
      ['O_RDONLY'],
      ['O_WRONLY'],
    ),
    mode: int(0o600),
    attr: queueAttributes(),
  },
  makes: 'fd',
  errors: ['EACCES', 'EEXIST', 'EINVAL', 'EMFILE', 'ENAMETOOLONG', 'ENOENT'],
  environment: ['EACCES', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC'],
  source: 'mq_open(3); ipc/mqueue.c do_mq_open()',
  rule(kernel, caller, { name, oflag, attr }): Answer {
    const bare = name.replace(/^\//, '')
    if (bare === '') return fails('ENOENT')
    const fd = kernel.fn.numberFor(kernel, caller)
    if (!kernel.fn.hasRoomFor(kernel, caller, fd)) return fails('EMFILE')
    return kernel.fn.promising(kernel, caller, [fd], openQueue(kernel, caller, bare, { oflag, attr, fd }))
  },
})

interface Asked {
  readonly oflag: ReadonlySet<(typeof WORDS)[number]>
  readonly attr: QueueAttributes | null
  /** The descriptor to come. */
  readonly fd: number
}

/** What comes of the name, once there is a descriptor. */
function openQueue(kernel: Kernel, caller: Readonly<Thread>, bare: string, { oflag, attr, fd }: Asked): Answer {
  if (bare.includes('/') || bare === '.' || bare === '..') return fails('EACCES')
  if (bare.length > NAME_MAX) return fails('ENAMETOOLONG')
  const access = accessOf(oflag)
  const nonblock = oflag.has('O_NONBLOCK')
  const openFlags = oflag.has('O_CLOEXEC') ? O_CLOEXEC : 0
  const found = kernel.names.get(queueName(bare))
  if (found !== undefined) {
    if (oflag.has('O_CREAT') && oflag.has('O_EXCL')) return fails('EEXIST')
    if (access === undefined) return fails('EINVAL')
    return succeeds(fd, (k) => {
      k.fn.mqueueReopen(k, caller.pid, found)
      k.fn.mqueueInstall(k, caller.tid, found, { access, nonblock, openFlags })
    })
  }
  if (!oflag.has('O_CREAT')) return fails('ENOENT')
  if (access === undefined) return { undecided: 'a queue made with O_WRONLY|O_RDWR' }
  const { maxMessages, maxSize } = attr ?? DEFAULT_ATTRIBUTES
  if (attr !== null && !isPossible(attr)) return fails('EINVAL')
  const made: Outcome = {
    result: fd,
    effect: (k) => {
      const queue = k.fn.mqueueCreate(k, caller.pid, bare, { maxMessages, maxSize })
      k.fn.mqueueInstall(k, caller.tid, queue, { access, nonblock, openFlags })
    },
  }
  return needsPrivilege(maxMessages, maxSize) ? [made, ...fails('EINVAL')] : [made]
}

/** Undefined for the two that exclude each other. */
function accessOf(oflag: ReadonlySet<(typeof WORDS)[number]>): AccessMode | undefined {
  if (oflag.has('O_WRONLY')) return oflag.has('O_RDWR') ? undefined : 'O_WRONLY'
  return oflag.has('O_RDWR') ? 'O_RDWR' : 'O_RDONLY'
}

const isPossible = ({ maxMessages, maxSize }: QueueAttributes): boolean =>
  maxMessages > 0 && maxMessages <= HARD_MSGMAX && maxSize > 0 && maxSize <= HARD_MSGSIZEMAX

/** Above msg_max or msgsize_max only CAP_SYS_RESOURCE helps, which a root in a container may lack. */
const needsPrivilege = (maxMessages: number, maxSize: number): boolean =>
  maxMessages > DEFAULT_ATTRIBUTES.maxMessages || maxSize > DEFAULT_ATTRIBUTES.maxSize
