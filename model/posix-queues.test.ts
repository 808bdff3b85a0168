import { describe, expect, it } from 'vitest'
import { queueName } from './functions/posix-queues.ts'
import { flagSet } from './params.ts'
import { SIGKILL, SIGUSR1 } from './signals.ts'
import type { PosixQueue } from './state/ipc.ts'
import { Play } from './testing/play.ts'

const CREATE = ['O_RDWR', 'O_CREAT'] as const

class Queues extends Play {
  readonly p0 = Play.first

  open(pid: number, flags: readonly string[] = CREATE, maxMessages = 2, name = '/q') {
    const attr = { maxMessages, maxSize: 8, nonblock: false }
    return this.call(pid, 'mq_open', { name, oflag: flagSet(...flags), mode: 0o600, attr }) as number
  }

  send(pid: number, mqd: number, text: string, priority = 0, deadline: number | null = null, choice = 0) {
    return this.call(pid, 'mq_timedsend', { mqd, text, size: text.length, priority, deadline }, choice)
  }

  receive(pid: number, mqd: number, deadline: number | null = null) {
    return this.step(pid, 'mq_timedreceive', { mqd, size: 8, deadline })
  }

  notify(pid: number, mqd: number, signal: number | null = SIGUSR1) {
    const event = signal === null ? null : { notify: 'SIGEV_SIGNAL', signal }
    return this.call(pid, 'mq_notify', { mqd, event })
  }

  unlink(name = '/q') {
    return this.call(this.p0, 'mq_unlink', { name })
  }

  close(pid: number, fd: number) {
    return this.call(pid, 'close', { fd })
  }

  die(pid: number): void {
    this.kill(this.p0, pid, SIGKILL)
    this.wait(this.p0, pid)
  }

  get queue(): Readonly<PosixQueue> {
    return this.kernel.queues.rows()[0]!
  }

  get texts(): string[] {
    return this.queue.messages.map(({ text }) => text)
  }
}

describe('mq_open', () => {
  it('makes a queue or finds it, at the lowest free descriptor, and always close-on-exec', () => {
    const k = new Queues()
    expect(k.open(k.p0, ['O_RDWR'])).toBe('ENOENT')
    expect([k.open(k.p0), k.open(k.p0), k.open(k.p0, ['O_RDWR', 'O_CREAT', 'O_EXCL'])]).toEqual([0, 1, 'EEXIST'])
    expect(k.kernel.files.at(k.kernel.threads.at(k.p0).files).slots.every((slot) => slot % 2 === 1)).toBe(true)
    expect(k.queue.state).toBe('live.linked.open+unregistered')
  })

  it('takes the descriptor before it looks at the name', () => {
    const k = new Queues()
    k.call(k.p0, 'prlimit64', { pid: 0, resource: 'RLIMIT_NOFILE', newLimit: { soft: 0, hard: 0 } })
    expect([k.open(k.p0, ['O_RDWR']), k.open(k.p0, CREATE, 2, '/a/b')]).toEqual(['EMFILE', 'EMFILE'])
  })

  it('refuses impossible attributes only where a queue is to be made', () => {
    const k = new Queues()
    expect(k.open(k.p0, CREATE, 0)).toBe('EINVAL')
    k.open(k.p0)
    expect(k.open(k.p0, CREATE, 0)).toBe(1)
  })
})

describe('messages', () => {
  it('come highest priority first, and in order within one', () => {
    const k = new Queues()
    const q = k.open(k.p0, CREATE, 4)
    for (const [text, priority] of [
      ['a', 1],
      ['b', 5],
      ['c', 1],
      ['d', 9],
    ] as const)
      k.send(k.p0, q, text, priority)
    const received = [1, 2, 3, 4].map(() => k.receive(k.p0, q).out)
    expect(received.map((out) => out?.text)).toEqual(['d', 'b', 'a', 'c'])
    expect(received.map((out) => out?.priority)).toEqual([9, 5, 1, 1])
  })

  it('are refused in the order of the kernel', () => {
    const k = new Queues()
    const reader = k.open(k.p0, ['O_RDONLY', 'O_CREAT', 'O_NONBLOCK'])
    const writer = k.open(k.p0, ['O_WRONLY'])
    expect(k.send(k.p0, 9, 'a', 32768)).toBe('EINVAL')
    expect([k.send(k.p0, 9, 'a'), k.send(k.p0, reader, 'a')]).toEqual(['EBADF', 'EBADF'])
    expect(k.send(k.p0, writer, '123456789')).toBe('EMSGSIZE')
    const huge = { mqd: writer, text: 'a', size: -1, priority: 0, deadline: null }
    expect(k.call(k.p0, 'mq_timedsend', huge)).toBe('EMSGSIZE')
    expect(k.receive(k.p0, writer).result).toBe('EBADF')
    expect(k.receive(k.p0, 9, -1).result).toBe('EINVAL')
    expect(k.call(k.p0, 'mq_timedreceive', { mqd: reader, size: 4, deadline: null })).toBe('EMSGSIZE')
    expect(k.receive(k.p0, reader).result).toBe('EAGAIN')
  })

  it('outlive their sender and every descriptor, until the name goes too', () => {
    const k = new Queues()
    const child = k.fork(k.p0)
    k.send(child, k.open(child), 'left')
    k.die(child)
    expect(k.queue.state).toBe('live.linked.closed+unregistered')
    const q = k.open(k.p0, ['O_RDONLY'])
    expect(k.unlink()).toBe(0)
    expect(k.open(k.p0, ['O_RDONLY'])).toBe('ENOENT')
    expect(k.receive(k.p0, q).out).toMatchObject({ text: 'left' })
    k.close(k.p0, q)
    expect([k.kernel.queues.size, k.kernel.inodes.size]).toEqual([0, 0])
  })

  it('are lost with a queue that is unlinked while nobody has it open', () => {
    const k = new Queues()
    k.close(k.p0, k.open(k.p0))
    expect([k.unlink(), k.unlink(), k.kernel.queues.size]).toEqual([0, 'ENOENT', 0])
  })
})

describe('a full or empty queue', () => {
  it('lets a sender wait, and a receiver pull its message in behind those of its priority', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const child = k.fork(k.p0)
    k.send(k.p0, q, 'a', 1)
    k.send(k.p0, q, 'b', 1)
    expect(k.send(child, q, 'c', 9)).toBeUndefined()
    expect(k.receive(k.p0, q).out).toMatchObject({ text: 'a' })
    expect(k.texts).toEqual(['c', 'b'])
    expect(k.kernel.threads.at(child).state).toBe('running')
  })

  it('hands a message to a waiting receiver, which has it even if it is killed before it runs', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const child = k.fork(k.p0)
    const waiting = k.receive(child, q)
    expect(waiting.result).toBeUndefined()
    k.send(k.p0, q, 'abc', 7)
    expect(waiting).toMatchObject({ result: 3, out: { text: 'abc', priority: 7 } })
    expect(k.queue.messages).toEqual([])
  })

  it('forgets a waiter that is killed', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const child = k.fork(k.p0)
    k.receive(child, q)
    k.die(child)
    k.send(k.p0, q, 'kept')
    expect(k.texts).toEqual(['kept'])
  })

  it('lets a deadline end the wait', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const waiting = k.receive(k.p0, q, 1)
    k.runner.finish()
    expect(waiting.result).toBe('ETIMEDOUT')
  })

  it('answers EAGAIN under O_NONBLOCK, which belongs to the open file description', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const other = k.open(k.p0, ['O_RDWR', 'O_NONBLOCK'])
    expect(k.receive(k.p0, other).result).toBe('EAGAIN')
    const child = k.fork(k.p0)
    expect(
      k.step(child, 'mq_getsetattr', { mqd: q, attr: { maxMessages: 0, maxSize: 0, nonblock: true } }).out,
    ).toEqual({
      old: { mq_flags: 0, mq_maxmsg: 2, mq_msgsize: 8, mq_curmsgs: 0 },
    })
    expect(k.receive(k.p0, q).result).toBe('EAGAIN')
  })
})

describe('waiters', () => {
  it('are served in order of arrival', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const [first, second] = [k.fork(k.p0), k.fork(k.p0)]
    const later = k.receive(second, q)
    const last = k.receive(first, q)
    k.send(k.p0, q, 'a', 0, null, 1)
    expect([later.result, last.result]).toEqual([1, undefined])
    expect(k.queue.receivers).toEqual([first])
  })

  it('may be served in another order once their scheduling was changed', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const [first, second] = [k.fork(k.p0), k.fork(k.p0)]
    k.kernel.processes.edit(second).rescheduled = true
    const waiting = k.receive(first, q)
    const preferred = k.receive(second, q)
    k.send(k.p0, q, 'a', 0, null, 1)
    expect([waiting.result, preferred.result]).toEqual([undefined, 1])
  })

  it('sleep on when O_NONBLOCK is set', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const waiting = k.receive(k.fork(k.p0), q)
    k.step(k.p0, 'mq_getsetattr', { mqd: q, attr: { maxMessages: 0, maxSize: 0, nonblock: true } })
    expect([waiting.result, k.receive(k.p0, q).result]).toEqual([undefined, 'EAGAIN'])
    k.send(k.p0, q, 'a')
    expect(waiting.result).toBe(1)
  })
})

describe('notification', () => {
  it('tells one process, once, of a message at the empty queue', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const child = k.fork(k.p0)
    k.block(k.p0, SIGUSR1)
    expect([k.notify(k.p0, q), k.notify(k.p0, q), k.notify(child, q)]).toEqual([0, 'EBUSY', 'EBUSY'])
    k.send(child, q, 'a')
    expect(k.kernel.processes.at(k.p0).pending).toMatchObject([{ signal: SIGUSR1, code: 'SI_MESGQ', pid: child }])
    expect(k.queue.notify).toBeNull()
    expect(k.notify(child, q)).toBe(0)
    k.send(k.p0, q, 'b')
    expect(k.queue.notify).toMatchObject({ pid: child })
  })

  it('keeps silent while a receiver waits', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const child = k.fork(k.p0)
    k.notify(k.p0, q, 0)
    k.receive(child, q)
    k.send(k.p0, q, 'a')
    expect(k.queue.notify).toMatchObject({ pid: k.p0 })
  })

  it('is given up by the registered process alone', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const child = k.fork(k.p0)
    k.notify(k.p0, q)
    expect([k.notify(child, q, null), k.notify(child, q)]).toEqual([0, 'EBUSY'])
    expect([k.notify(k.p0, q, null), k.notify(child, q)]).toEqual([0, 0])
  })

  it('goes with any descriptor of the queue that the process closes, and with none that another closes', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const other = k.open(k.p0, ['O_RDONLY'])
    const child = k.fork(k.p0)
    k.notify(k.p0, q)
    k.close(child, q)
    expect(k.notify(child, other)).toBe('EBUSY')
    k.close(k.p0, other)
    expect(k.queue.notify).toBeNull()
  })

  it('goes with the process, although a child has the descriptor', () => {
    const k = new Queues()
    const parent = k.fork(k.p0)
    const q = k.open(parent)
    k.fork(parent)
    k.notify(parent, q)
    k.die(parent)
    expect(k.queue).toMatchObject({ notify: null, state: 'live.linked.open+unregistered' })
  })

  it('outlives a process that shares its descriptor table, and then reaches nobody', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    const sharer = k.call(k.p0, 'clone', { child_stack: 0, flags: flagSet('CLONE_FILES', 'SIGCHLD') }) as number
    k.notify(sharer, q)
    k.die(sharer)
    expect(k.notify(k.p0, q)).toBe('EBUSY')
    k.send(k.p0, q, 'a')
    expect([k.queue.notify, k.pending(k.p0)]).toEqual([null, []])
  })

  it('stands after execve if the descriptor is kept, and is used up without a signal', () => {
    const k = new Queues()
    const q = k.open(k.p0)
    k.notify(k.p0, q)
    k.kernel.fn.setSlot(
      k.kernel,
      k.kernel.threads.at(k.p0).files,
      q,
      k.kernel.files.at(k.kernel.threads.at(k.p0).files).slots[q]! - 1,
    )
    k.call(k.p0, 'execve', { filename: '/bin/true' })
    expect(k.notify(k.p0, q)).toBe('EBUSY')
    k.send(k.p0, q, 'a')
    expect([k.queue.notify, k.pending(k.p0), k.kernel.processes.at(k.p0).state]).toEqual([null, [], 'running'])
  })
})

it('a descriptor closed by another thread while a call waits on it does not end the wait', () => {
  const k = new Queues()
  const q = k.open(k.p0)
  const sharer = k.call(k.p0, 'clone', { child_stack: 0, flags: flagSet('CLONE_FILES', 'SIGCHLD') }) as number
  const waiting = k.receive(sharer, q)
  k.close(k.p0, q)
  k.send(k.p0, k.open(k.p0), 'late')
  expect(waiting).toMatchObject({ result: 4, out: { text: 'late' } })
  expect([k.kernel.names.get(queueName('/q')), k.kernel.descriptions.size]).toEqual([expect.any(Number), 1])
})
