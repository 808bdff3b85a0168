import { describe, expect, it } from 'vitest'
import { flagSet } from './params.ts'
import { SIGKILL, SIGPIPE } from './signals.ts'
import { Play } from './testing/play.ts'

/** P0 with a pair of sockets, 0 and 1. */
class Pair extends Play {
  readonly p0 = Play.first

  constructor(...type: string[]) {
    super()
    this.call(this.p0, 'socketpair', { domain: 'AF_UNIX', type: flagSet('SOCK_STREAM', ...type), protocol: 0 })
  }

  read(pid: number, fd: number, count = 9) {
    return this.step(pid, 'read', { fd, count })
  }

  write(pid: number, fd: number, buf: string) {
    return this.call(pid, 'write', { fd, buf, count: buf.length })
  }

  send(pid: number, fd: number, right: number | null, text = 'm') {
    return this.call(pid, 'sendmsg', { fd, text, size: text.length, rights: right, flags: flagSet() })
  }

  receive(pid: number, fd: number, count = 9, ...flags: string[]) {
    return this.step(pid, 'recvmsg', { fd, count, flags: flagSet(...flags) })
  }

  close(pid: number, fd: number) {
    return this.call(pid, 'close', { fd })
  }

  /** A pipe that does not wait: 2 and 3. */
  pipe(pid: number) {
    return this.step(pid, 'pipe2', { flags: flagSet('O_NONBLOCK') }).out!.fds as readonly [number, number]
  }

  die(pid: number) {
    this.kill(this.p0, pid, SIGKILL)
    this.wait(this.p0, pid)
  }
}

describe('a pair of sockets', () => {
  it('passes bytes on both ways, without bounds between them', () => {
    const k = new Pair()
    expect([k.write(k.p0, 0, 'ab'), k.write(k.p0, 0, 'cd'), k.write(k.p0, 1, 'x')]).toEqual([2, 2, 1])
    expect(k.read(k.p0, 1, 3)).toMatchObject({ result: 3, out: { buf: 'abc' } })
    expect([k.read(k.p0, 1).out, k.read(k.p0, 0).out]).toEqual([{ buf: 'd' }, { buf: 'x' }])
  })

  it('gives the data that is left when the peer dies, then the end of file, and EPIPE with SIGPIPE', () => {
    const k = new Pair()
    const child = k.fork(k.p0)
    k.close(k.p0, 1)
    k.write(child, 1, 'abc')
    k.close(child, 0)
    k.die(child)
    expect([k.read(k.p0, 0).result, k.read(k.p0, 0).result]).toEqual([3, 0])
    k.block(k.p0, SIGPIPE)
    expect(k.write(k.p0, 0, 'x')).toBe('EPIPE')
    expect(k.kernel.threads.at(k.p0).pending).toMatchObject([{ signal: SIGPIPE }])
  })

  it('gives ECONNRESET, once and after the data, when the peer dies with something unread', () => {
    const k = new Pair()
    k.write(k.p0, 0, 'unread')
    k.write(k.p0, 1, 'd')
    k.close(k.p0, 1)
    expect([0, 1, 2].map(() => k.read(k.p0, 0).result)).toEqual([1, 'ECONNRESET', 0])
  })

  it('ends with its last holder alone', () => {
    const k = new Pair()
    const [child, reader] = [k.fork(k.p0), k.fork(k.p0)]
    for (const pid of [k.p0, reader]) k.close(pid, 1)
    const waiting = k.read(reader, 0)
    expect(waiting.result).toBeUndefined()
    k.die(child)
    expect(waiting.result).toBe(0)
  })

  it('is shut down for every holder, and its peer in the other direction', () => {
    const k = new Pair()
    k.block(k.p0, SIGPIPE)
    k.call(k.p0, 'shutdown', { fd: 0, how: 'SHUT_WR' })
    expect([k.read(k.p0, 1).result, k.write(k.p0, 0, 'x')]).toEqual([0, 'EPIPE'])
    expect([k.write(k.p0, 1, 'y'), k.read(k.p0, 0).result]).toEqual([1, 1])
    k.call(k.p0, 'shutdown', { fd: 0, how: 'SHUT_RD' })
    expect([k.read(k.p0, 0).result, k.write(k.p0, 1, 'y')]).toEqual([0, 'EPIPE'])
    const [pipe] = k.pipe(k.p0)
    expect(k.call(k.p0, 'shutdown', { fd: pipe, how: 'SHUT_RD' })).toBe('ENOTSOCK')
  })

  it('answers EAGAIN under O_NONBLOCK', () => {
    expect(new Pair('SOCK_NONBLOCK').read(Play.first, 0).result).toBe('EAGAIN')
  })

  it('is no longer followed once more is written than it surely holds', () => {
    const k = new Pair()
    for (let i = 0; i < 40; i++) k.write(k.p0, 0, 'x'.repeat(1000))
    expect(k.kernel.sockets.rows()[1]!.queue.length).toBeLessThan(40)
  })
})

describe('an open file description in a message (SCM_RIGHTS)', () => {
  it('is held by the message after its sender is dead, and then by who receives it', () => {
    const k = new Pair()
    const [reader, writer] = k.pipe(k.p0)
    const child = k.fork(k.p0)
    k.close(k.p0, writer)
    k.send(child, 0, writer)
    k.die(child)
    expect(k.read(k.p0, reader).result).toBe('EAGAIN')
    expect(k.receive(k.p0, 1)).toMatchObject({ result: 1, out: { text: 'm', fds: [writer] } })
    expect([k.write(k.p0, writer, 'a'), k.read(k.p0, reader).result]).toEqual([1, 1])
    k.close(k.p0, writer)
    expect(k.read(k.p0, reader).result).toBe(0)
  })

  it('is dropped by a plain read, and with the socket', () => {
    for (const drop of [(k: Pair) => k.read(k.p0, 1), (k: Pair) => k.close(k.p0, 1)]) {
      const k = new Pair()
      const [reader, writer] = k.pipe(k.p0)
      k.send(k.p0, 0, writer)
      k.close(k.p0, writer)
      expect(k.read(k.p0, reader).result).toBe('EAGAIN')
      drop(k)
      expect(k.read(k.p0, reader).result).toBe(0)
    }
  })

  it('ends what one read takes, and comes with the first byte of its message', () => {
    const k = new Pair()
    const [, writer] = k.pipe(k.p0)
    k.write(k.p0, 0, 'ab')
    k.send(k.p0, 0, writer, 'cd')
    k.write(k.p0, 0, 'ef')
    expect(k.receive(k.p0, 1)).toMatchObject({ result: 4, out: { text: 'abcd', fds: [4] } })
    expect(k.receive(k.p0, 1)).toMatchObject({ result: 2, out: { fds: [] } })
    k.send(k.p0, 0, writer, 'gh')
    expect(k.receive(k.p0, 1, 1, 'MSG_CMSG_CLOEXEC').out).toEqual({ text: 'g', fds: [5] })
    expect(k.kernel.files.at(k.kernel.threads.at(k.p0).files).slots[5]! % 2).toBe(1)
    expect(k.receive(k.p0, 1).out).toEqual({ text: 'h', fds: [] })
  })

  it('is not installed beyond the limit of descriptors', () => {
    const k = new Pair()
    const [reader, writer] = k.pipe(k.p0)
    k.send(k.p0, 0, writer)
    k.close(k.p0, writer)
    k.call(k.p0, 'prlimit64', { pid: 0, resource: 'RLIMIT_NOFILE', newLimit: { soft: 3, hard: 1024 } })
    expect(k.receive(k.p0, 1)).toMatchObject({ result: 1, out: { fds: [] } })
    expect(k.read(k.p0, reader).result).toBe(0)
  })

  it('must be open, which is looked at before the other end', () => {
    const k = new Pair()
    k.close(k.p0, 1)
    expect([k.send(k.p0, 0, 9), k.send(k.p0, 7, null)]).toEqual(['EBADF', 'EBADF'])
  })
})
