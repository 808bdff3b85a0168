import { describe, expect, it } from 'vitest'
import { flagSet } from './params.ts'
import { SIGCONT, SIGKILL, SIGSTOP, SIGUSR1 } from './signals.ts'
import { Play } from './testing/play.ts'

class Queues extends Play {
  readonly p0 = Play.first

  make(key = 0): number {
    return this.call(this.p0, 'msgget', { key, flags: flagSet('IPC_CREAT') }) as number
  }

  send(pid: number, id: number, mtype: number, size = 1, ...flags: string[]) {
    return this.step(pid, 'msgsnd', { id, message: { mtype }, size, flags: flagSet(...flags) })
  }

  receive(pid: number, id: number, type = 0, size = 8192, ...flags: string[]) {
    return this.step(pid, 'msgrcv', { id, size, type, flags: flagSet(...flags) })
  }

  /** The type of the message taken, or the error. */
  take(id: number, type = 0, ...flags: string[]) {
    const { result, out } = this.receive(this.p0, id, type, 8192, 'IPC_NOWAIT', ...flags)
    return typeof result === 'number' ? (out!.message as { mtype: number }).mtype : result
  }

  limit(id: number, bytes: number) {
    return this.call(this.p0, 'msgctl(IPC_SET)', { id, command: 'IPC_SET', buf: bytes })
  }

  stat(id: number) {
    return this.step(this.p0, 'msgctl(IPC_STAT)', { id, command: 'IPC_STAT' }).out?.buf
  }

  remove(id: number) {
    return this.call(this.p0, 'msgctl(IPC_RMID)', { id, command: 'IPC_RMID' })
  }
}

describe('a System V message queue', () => {
  it('keeps its messages when their sender dies, until it is removed', () => {
    const k = new Queues()
    const id = k.make()
    const child = k.fork(k.p0)
    k.send(child, id, 1, 5)
    k.kill(k.p0, child, SIGKILL)
    k.wait(k.p0)
    expect(k.stat(id)).toEqual({ msg_qnum: 1, msg_qbytes: 16_384, msg_lspid: child, msg_lrpid: 0 })
    expect(k.remove(id)).toBe(0)
    expect(k.remove(id)).toBe('EINVAL')
    expect(k.send(k.p0, id, 1).result).toBe('EINVAL')
  })

  it('is found by its key', () => {
    const k = new Queues()
    const get = (...flags: string[]) => k.call(k.p0, 'msgget', { key: 4, flags: flagSet(...flags) })
    expect(get()).toBe('ENOENT')
    const id = get('IPC_CREAT')
    expect([get(), get('IPC_CREAT', 'IPC_EXCL')]).toEqual([id, 'EEXIST'])
  })
})

describe('msgrcv', () => {
  it('chooses by type: any, equal, all others, or the lowest up to a limit', () => {
    const k = new Queues()
    const id = k.make()
    for (const type of [3, 2, 5, 2, 1]) k.send(k.p0, id, type)
    expect(k.take(id, 5)).toBe(5)
    expect(k.take(id, 3, 'MSG_EXCEPT')).toBe(2)
    expect(k.take(id, -2)).toBe(1)
    expect(k.take(id, 7)).toBe('ENOMSG')
    expect([k.take(id), k.take(id, -9), k.take(id)]).toEqual([3, 2, 'ENOMSG'])
  })

  it('refuses a message that is too long, or cuts it under MSG_NOERROR', () => {
    const k = new Queues()
    const id = k.make()
    k.send(k.p0, id, 1, 100)
    expect(k.receive(k.p0, id, 0, 99).result).toBe('E2BIG')
    expect(k.receive(k.p0, id, 0, 99, 'MSG_NOERROR').result).toBe(99)
    expect(k.take(id)).toBe('ENOMSG')
    expect(k.receive(k.p0, id, 0, -1).result).toBe('EINVAL')
  })

  it('takes messages without any bytes', () => {
    const k = new Queues()
    const id = k.make()
    k.send(k.p0, id, 4, 0)
    expect(k.receive(k.p0, id, 0, 0).result).toBe(0)
  })

  it('is served in order of arrival, by the first that wants the type and has the room', () => {
    const k = new Queues()
    const id = k.make()
    const [a, b, c, d] = [k.fork(k.p0), k.fork(k.p0), k.fork(k.p0), k.fork(k.p0)]
    const other = k.receive(a, id, 2)
    const small = k.receive(b, id, 1, 10)
    const first = k.receive(c, id)
    const second = k.receive(d, id)
    k.send(k.p0, id, 1, 50)
    expect([other, small, first, second].map(({ result }) => result)).toEqual([undefined, 'E2BIG', 50, undefined])
    expect(first.out).toEqual({ message: { mtype: 1 } })
    expect(k.stat(id)).toMatchObject({ msg_qnum: 0, msg_lspid: 2, msg_lrpid: c })
  })

  it('starts again after a stop, and fails with EINTR after a handler, whatever SA_RESTART says', () => {
    const k = new Queues()
    const id = k.make()
    const child = k.fork(k.p0)
    k.handle(child, SIGUSR1, 'handler', 'SA_RESTART')
    const first = k.receive(child, id)
    k.kill(k.p0, child, SIGSTOP)
    k.kill(k.p0, child, SIGCONT)
    expect(first.result).toBeUndefined()
    expect(k.kernel.msgs.at(id).receivers).toHaveLength(1)
    k.kill(k.p0, child, SIGUSR1)
    expect(first.result).toBe('EINTR')
    expect(k.kernel.msgs.at(id).receivers).toEqual([])
  })
})

describe('msgsnd', () => {
  it('sleeps while the queue is full, and an empty message overtakes', () => {
    const k = new Queues()
    const id = k.make()
    const [a, b] = [k.fork(k.p0), k.fork(k.p0)]
    k.send(k.p0, id, 1, 8192)
    k.send(k.p0, id, 1, 8192)
    const large = k.send(a, id, 2, 8192)
    expect(k.send(k.p0, id, 3, 1, 'IPC_NOWAIT').result).toBe('EAGAIN')
    expect(k.send(b, id, 4, 0).result).toBe(0)
    expect(large.result).toBeUndefined()
    k.take(id)
    expect(large.result).toBe(0)
    expect([k.take(id), k.take(id), k.take(id)]).toEqual([1, 4, 2])
  })

  it('counts empty messages as if each were a byte', () => {
    const k = new Queues()
    const id = k.make()
    k.limit(id, 2)
    k.send(k.p0, id, 1, 0)
    k.send(k.p0, id, 1, 0)
    expect(k.send(k.p0, id, 1, 0, 'IPC_NOWAIT').result).toBe('EAGAIN')
  })

  it('proceeds when the limit is raised', () => {
    const k = new Queues()
    const id = k.make()
    k.limit(id, 10)
    const child = k.fork(k.p0)
    const call = k.send(child, id, 1, 11)
    expect(call.result).toBeUndefined()
    k.limit(id, 11)
    expect(call.result).toBe(0)
  })

  it('refuses types below 1 and sizes beyond msgmax', () => {
    const k = new Queues()
    const id = k.make()
    expect(k.send(k.p0, id, 0).result).toBe('EINVAL')
    expect(k.send(k.p0, id, 1, 8193).result).toBe('EINVAL')
    expect(k.send(k.p0, id, 1, -1).result).toBe('EINVAL')
  })
})

describe('the removal of a queue', () => {
  it('lets everybody who sleeps on it fail with EIDRM', () => {
    const k = new Queues()
    const [empty, full] = [k.make(), k.make()]
    const [a, b] = [k.fork(k.p0), k.fork(k.p0)]
    k.limit(full, 1)
    const receiver = k.receive(a, empty)
    const sender = k.send(b, full, 1, 2)
    k.remove(empty)
    k.remove(full)
    expect([receiver.result, sender.result]).toEqual(['EIDRM', 'EIDRM'])
  })
})

describe('IPC_SET', () => {
  it('makes receivers that sleep look again and queue anew', () => {
    const k = new Queues()
    const id = k.make()
    const [a, b] = [k.fork(k.p0), k.fork(k.p0)]
    const [first, second] = [k.receive(a, id), k.receive(b, id)]
    k.limit(id, 100)
    expect(k.kernel.msgs.at(id).receivers.map(({ stirred }) => stirred)).toEqual([false, false])
    k.send(k.p0, id, 1)
    k.send(k.p0, id, 1)
    expect([first.result, second.result]).toEqual([1, 1])
  })
})

describe('a receiver that is killed', () => {
  it('may be handed a message before it dies, and takes it along', () => {
    const k = new Queues()
    const id = k.make()
    const child = k.fork(k.p0)
    k.receive(child, id)
    k.runner.take({ id: 90, by: 0, call: 'kill', args: { pid: child, sig: SIGKILL }, choice: 0, pace: 1 })
    k.kernel.fn.sendMessage(k.kernel, k.p0, id, { type: 1, size: 1 })
    k.runner.finish()
    expect(k.kernel.msgs.at(id)).toMatchObject({ messages: [], lrpid: child })
  })
})

it('MSG_COPY copies the message at a place, and leaves the queue as it is', () => {
  const k = new Queues()
  const id = k.make()
  k.send(k.p0, id, 7, 3)
  k.send(k.p0, id, 8, 5)
  const copy = (place: number, size: number, ...flags: string[]) =>
    k.receive(k.p0, id, place, size, 'MSG_COPY', 'IPC_NOWAIT', ...flags)
  expect(copy(1, 8)).toMatchObject({ result: 5, out: { message: { mtype: 8 } } })
  expect([copy(2, 8).result, copy(-1, 8).result, copy(0, 1).result]).toEqual(['ENOMSG', 'ENOMSG', 'E2BIG'])
  expect([copy(0, 1, 'MSG_NOERROR').result, copy(0, 8, 'MSG_EXCEPT').result]).toEqual(['EINVAL', 'EINVAL'])
  expect(k.receive(k.p0, id, 0, 8, 'MSG_COPY').result).toBe('EINVAL')
  expect(k.stat(id)).toMatchObject({ msg_qnum: 2, msg_lrpid: 0 })
})
