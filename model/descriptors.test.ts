import { describe, expect, it } from 'vitest'
import { flagSet } from './params.ts'
import { SIGUSR1 } from './signals.ts'
import { Play } from './testing/play.ts'

const P0 = Play.first
const THREAD = flagSet('CLONE_VM', 'CLONE_FS', 'CLONE_FILES', 'CLONE_SIGHAND', 'CLONE_THREAD', 'CLONE_SYSVSEM')

class Files extends Play {
  open(pid: number, pathname: string, ...flags: string[]) {
    return this.call(pid, 'openat', { dirfd: 'AT_FDCWD', pathname, flags: flagSet(...flags), mode: 0o600 })
  }

  pipe(pid: number, ...flags: string[]): readonly number[] {
    return this.step(pid, 'pipe2', { flags: flagSet(...flags) }).out!.fds as number[]
  }

  fifo(pathname = 'p'): void {
    this.call(P0, 'mknodat', { dirfd: 'AT_FDCWD', pathname, mode: flagSet('S_IFIFO') })
  }

  read(pid: number, fd: number, count = 1) {
    return this.step(pid, 'read', { fd, count })
  }

  write(pid: number, fd: number, count = 1) {
    return this.step(pid, 'write', { fd, buf: 'x'.repeat(Math.min(count, 4096)), count })
  }

  close(pid: number, fd: number) {
    return this.call(pid, 'close', { fd })
  }

  dup2(pid: number, oldfd: number, newfd: number) {
    return this.call(pid, 'dup2', { oldfd, newfd })
  }

  thread(pid: number): number {
    return this.call(pid, 'clone3', { flags: THREAD, exit_signal: 0, size: 88 }) as number
  }

  limit(pid: number, NOFILE: number): void {
    const row = this.kernel.processes.edit(pid)
    row.limits = { ...row.limits, NOFILE }
  }
}

describe('descriptors', () => {
  it('open finds no descriptor at the limit, even where there is no file', () => {
    const play = new Files()
    play.limit(P0, 1)
    expect(play.open(P0, 'f', 'O_CREAT')).toBe(0)
    expect(play.open(P0, 'g')).toBe('EMFILE')
    expect(play.open(P0, 'g', 'O_CREAT')).toBe('EMFILE')
    expect(play.call(P0, 'dup', { oldfd: 0 })).toBe('EMFILE')
    expect(play.dup2(P0, 0, 1)).toBe('EBADF')
    expect(play.call(P0, 'fcntl(F_DUPFD)', { fd: 0, cmd: 'F_DUPFD', from: 1 })).toBe('EINVAL')
    expect(play.kernel.names.get('g')).toBeUndefined()
  })

  it('pipe needs two descriptors or makes none', () => {
    const play = new Files()
    play.limit(P0, 1)
    expect(play.call(P0, 'pipe2', { flags: flagSet() })).toBe('EMFILE')
    expect(play.kernel.descriptions.size).toBe(0)
  })

  it('a descriptor above a lowered limit goes on working', () => {
    const play = new Files()
    play.open(P0, 'f', 'O_CREAT', 'O_RDWR')
    play.dup2(P0, 0, 5)
    play.limit(P0, 2)
    expect(play.write(P0, 5).result).toBe(1)
    expect(play.dup2(P0, 5, 5)).toBe(5)
    expect(play.dup2(P0, 5, 1)).toBe(1)
  })

  it('a table shared by two threads is seen by both', () => {
    const play = new Files()
    const thread = play.thread(P0)
    expect(play.open(thread, 'f', 'O_CREAT')).toBe(0)
    expect(play.close(P0, 0)).toBe(0)
    expect(play.close(thread, 0)).toBe('EBADF')
  })

  it('close_range gives a thread a table of its own where it is asked to', () => {
    const play = new Files()
    const thread = play.thread(P0)
    play.pipe(P0)
    const flags = flagSet('CLOSE_RANGE_UNSHARE')
    expect(play.call(thread, 'close_range', { first: 0, last: 0xffff_ffff, flags })).toBe(0)
    expect(play.close(thread, 0)).toBe('EBADF')
    expect(play.close(P0, 0)).toBe(0)
  })

  it('close_range closes what its own table has room for: a registration at a queue goes, and stays with the others', () => {
    for (const [fd, again] of [
      [10, 0],
      [100, 'EBUSY'],
    ] as const) {
      const play = new Files()
      const child = play.call(P0, 'clone', { flags: flagSet('CLONE_FILES', 'SIGCHLD'), child_stack: null }) as number
      expect(play.call(child, 'mq_open', { name: 'q', oflag: flagSet('O_CREAT'), mode: 0, attr: null })).toBe(0)
      play.dup2(child, 0, fd)
      play.close(P0, 0)
      const event = { notify: 'SIGEV_NONE', signal: 0 }
      expect(play.call(child, 'mq_notify', { mqd: fd, event })).toBe(0)
      const flags = flagSet('CLOSE_RANGE_UNSHARE')
      expect(play.call(child, 'close_range', { first: fd, last: 0xffff_ffff, flags })).toBe(0)
      expect(play.call(P0, 'mq_notify', { mqd: fd, event })).toBe(again)
    }
  })

  it('a close that is not the last releases nothing, the last one does so before it returns', () => {
    const play = new Files()
    const [reader, writer] = play.pipe(P0)
    play.call(P0, 'dup', { oldfd: writer! })
    play.close(P0, writer!)
    expect(play.kernel.inodes.rows()[0]!.pipe!.writers).toBe(1)
    play.close(P0, 2)
    expect(play.kernel.inodes.rows()[0]!.pipe!.writers).toBe(0)
    play.close(P0, reader!)
    expect(play.kernel.inodes.size).toBe(0)
  })

  it('a file in nobody’s hands keeps its content under its name', () => {
    const play = new Files()
    play.open(P0, 'f', 'O_CREAT', 'O_WRONLY')
    play.call(P0, 'write', { fd: 0, buf: 'kept', count: 4 })
    play.exit(P0)
    expect(play.kernel.inodes.rows()).toMatchObject([{ data: 'kept', links: 1, users: 0 }])
  })

  it('the content of a file is followed up to a page, its size for ever', () => {
    const play = new Files()
    play.open(P0, 'f', 'O_CREAT', 'O_RDWR')
    play.write(P0, 0, 4097)
    expect(play.call(P0, 'lseek', { fd: 0, offset: 0, whence: 'SEEK_SET' })).toBe(0)
    expect(play.read(P0, 0, 5000)).toMatchObject({ result: 4097, out: null })
  })
})

describe('calls that sleep', () => {
  it('a read that waits keeps its pipe whatever becomes of the descriptor', () => {
    const play = new Files()
    const [reader, writer] = play.pipe(P0)
    const thread = play.thread(P0)
    const waiting = play.read(thread, reader!)
    expect(play.close(P0, reader!)).toBe(0)
    expect(waiting.result).toBeUndefined()
    expect(play.write(P0, writer!).result).toBe(1)
    expect(waiting.result).toBe(1)
    play.handle(P0, 13, 'SIG_IGN')
    expect(play.write(P0, writer!).result).toBe('EPIPE')
  })

  it('a thread that dies in a read lets its pipe go', () => {
    const play = new Files()
    const [reader] = play.pipe(P0)
    const child = play.fork(P0)
    const thread = play.thread(child)
    play.read(thread, reader!)
    play.exit(child)
    expect(play.kernel.descriptions.rows().map(({ references }) => references)).toEqual([1, 1])
  })

  it('an open that waits has been promised its descriptor', () => {
    const play = new Files()
    play.fifo()
    const thread = play.thread(P0)
    const opening = play.step(thread, 'openat', {
      dirfd: 'AT_FDCWD',
      pathname: 'p',
      flags: flagSet('O_RDONLY', 'O_CLOEXEC'),
      mode: 0,
    })
    expect(play.open(P0, 'f', 'O_CREAT')).toBe(1)
    expect(play.dup2(P0, 1, 0)).toBe('EBUSY')
    expect(play.close(P0, 0)).toBe('EBADF')
    expect(play.open(P0, 'p', 'O_WRONLY')).toBe(2)
    expect(opening.result).toBe(0)
    expect(play.call(P0, 'fcntl(F_GETFD)', { fd: 0, cmd: 'F_GETFD' })).toBe(1)
  })

  it('an open interrupted by a handler leaves neither a reader nor a descriptor behind', () => {
    const play = new Files()
    play.fifo()
    const child = play.fork(P0)
    play.handle(child, SIGUSR1, 'handler')
    const opening = play.step(child, 'openat', {
      dirfd: 'AT_FDCWD',
      pathname: 'p',
      flags: flagSet('O_RDONLY'),
      mode: 0,
    })
    play.kill(P0, child, SIGUSR1)
    expect(opening.result).toBe('EINTR')
    expect(play.open(P0, 'p', 'O_WRONLY', 'O_NONBLOCK')).toBe('ENXIO')
    expect(play.open(child, 'f', 'O_CREAT')).toBe(0)
  })

  it('an open interrupted by a handler with SA_RESTART waits on', () => {
    const play = new Files()
    play.fifo()
    const child = play.fork(P0)
    play.handle(child, SIGUSR1, 'handler', 'SA_RESTART')
    const flags = flagSet('O_RDONLY')
    const opening = play.step(child, 'openat', { dirfd: 'AT_FDCWD', pathname: 'p', flags, mode: 0 })
    play.kill(P0, child, SIGUSR1)
    expect(play.open(P0, 'p', 'O_WRONLY', 'O_NONBLOCK')).toBe(0)
    expect(opening.result).toBe(0)
  })

  it('a write interrupted in the middle returns what it has written, even under SA_RESTART', () => {
    const play = new Files()
    const [, writer] = play.pipe(P0)
    const child = play.fork(P0)
    play.handle(child, SIGUSR1, 'handler', 'SA_RESTART')
    const writing = play.write(child, writer!, 70_000)
    expect(writing.result).toBeUndefined()
    play.kill(P0, child, SIGUSR1)
    expect(writing.result).toBe(65_536)
  })

  it('a write interrupted before its first byte starts again or fails', () => {
    const play = new Files()
    const [reader, writer] = play.pipe(P0)
    const child = play.fork(P0)
    play.write(P0, writer!, 65_536)
    play.handle(child, SIGUSR1, 'handler')
    const writing = play.write(child, writer!, 4096)
    play.kill(P0, child, SIGUSR1)
    expect(writing.result).toBe('EINTR')
    expect(play.read(P0, reader!, 70_000).result).toBe(65_536)
  })

  it('a write without room goes on in parts, between which others may write', () => {
    const play = new Files()
    const [reader, writer] = play.pipe(P0)
    const one = play.fork(P0)
    const other = play.fork(P0)
    const large = play.write(one, writer!, 74_000)
    const small = play.write(other, writer!, 4096)
    const read = (count: number) => play.read(P0, reader!, count).result
    expect([read(4096), large.result, small.result]).toEqual([4096, undefined, undefined])
    expect([read(8192), large.result, small.result]).toEqual([8192, undefined, 4096])
    expect([read(4096), large.result]).toEqual([4096, 74_000])
    expect(play.kernel.inodes.rows()[0]!.pipe!.buffers).toHaveLength(16)
    expect(read(70_000)).toBe(74_000 - 16_384 + 4096)
  })
})
