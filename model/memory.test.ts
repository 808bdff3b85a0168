import { describe, expect, it } from 'vitest'
import { flagSet } from './params.ts'
import { SIGKILL } from './signals.ts'
import { Play } from './testing/play.ts'

const PAGE = 4096

class Memory extends Play {
  readonly p0 = Play.first

  map(pid: number, flags: string, fd = -1, { length = PAGE, prot = 'PROT_READ|PROT_WRITE', addr = 0 } = {}) {
    const words = (text: string) => flagSet(...text.split('|').filter((word) => word !== ''))
    const args = { addr, length, prot: words(prot), flags: words(flags), fd, offset: 0 }
    return this.call(pid, 'mmap', args) as number
  }

  file(pid: number, text = 'original', access = 'O_RDWR'): number {
    const open = (mode: string) =>
      this.call(pid, 'openat', {
        dirfd: 'AT_FDCWD',
        pathname: 'f',
        flags: flagSet(mode, 'O_CREAT'),
        mode: 0o600,
      }) as number
    const fd = open('O_WRONLY')
    this.call(pid, 'write', { fd, buf: text, count: text.length })
    this.call(pid, 'close', { fd })
    return open(access)
  }

  content(): string {
    return this.kernel.inodes.at(this.kernel.names.get('f')!).data
  }

  store(pid: number, addr: number, text: string) {
    return this.call(pid, 'store', { addr, text })
  }

  load(pid: number, addr: number, length = 3) {
    return this.step(pid, 'load', { addr, length }).out?.text
  }

  unmap(pid: number, addr: number, length = PAGE) {
    return this.call(pid, 'munmap', { addr, length })
  }

  lock(pid: number, call: 'mlock' | 'munlock', addr: number, length = PAGE) {
    return this.call(pid, call, { addr, length })
  }

  lockAll(pid: number, ...flags: string[]) {
    return this.call(pid, 'mlockall', { flags: flagSet(...flags) })
  }

  locked(pid: number): number {
    return this.kernel.fn.lockedLength(this.kernel, this.kernel.threads.at(pid).mm)
  }

  die(pid: number): void {
    this.kill(this.p0, pid, SIGKILL)
    this.wait(this.p0, pid)
  }
}

describe('mmap', () => {
  it('refuses in the order of the kernel', () => {
    const k = new Memory()
    k.call(k.p0, 'pipe2', { fds: null, flags: flagSet() })
    expect(k.map(k.p0, 'MAP_PRIVATE', 99, { length: 0 })).toBe('EBADF')
    expect(k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS', -1, { length: 0 })).toBe('EINVAL')
    expect([k.map(k.p0, 'MAP_ANONYMOUS'), k.map(k.p0, '', 1)]).toEqual(['EINVAL', 'EINVAL'])
    expect(k.map(k.p0, 'MAP_SHARED|MAP_PRIVATE|MAP_ANONYMOUS')).toBe('EINVAL')
    expect([k.map(k.p0, 'MAP_PRIVATE', 0), k.map(k.p0, 'MAP_PRIVATE', 1)]).toEqual(['ENODEV', 'EACCES'])
    expect(k.map(k.p0, 'MAP_SHARED', 0)).toBe('EACCES')
    const there = k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS')
    expect(k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE', -1, { addr: there })).toBe('EEXIST')
    expect(k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED', -1, { addr: 0x123 })).toBe('EINVAL')
  })

  it('allows shared stores only through a description open for writing, private ones through any that reads', () => {
    const k = new Memory()
    const reader = k.file(k.p0, 'text', 'O_RDONLY')
    expect(k.map(k.p0, 'MAP_SHARED', reader)).toBe('EACCES')
    expect(k.map(k.p0, 'MAP_SHARED', reader, { prot: 'PROT_READ' })).toBeGreaterThan(0)
    expect(k.map(k.p0, 'MAP_PRIVATE', reader)).toBeGreaterThan(0)
    const writer = k.file(k.p0, 'text', 'O_WRONLY')
    expect([k.map(k.p0, 'MAP_SHARED', writer), k.map(k.p0, 'MAP_PRIVATE', writer)]).toEqual(['EACCES', 'EACCES'])
  })

  it('holds the open file description, and with it a flock, after close', () => {
    const k = new Memory()
    const fd = k.file(k.p0)
    const inode = k.kernel.names.get('f')!
    k.call(k.p0, 'flock', { fd, operation: flagSet('LOCK_EX') })
    const at = k.map(k.p0, 'MAP_PRIVATE', fd)
    k.call(k.p0, 'close', { fd })
    expect(k.kernel.inodes.at(inode).flocks).toHaveLength(1)
    k.unmap(k.p0, at)
    expect([k.kernel.inodes.at(inode).flocks, k.kernel.descriptions.size]).toEqual([[], 0])
  })
})

describe('a store', () => {
  it('to a shared mapping of a file is seen at once, and survives the process', () => {
    const k = new Memory()
    const fd = k.file(k.p0)
    const child = k.fork(k.p0)
    k.store(child, k.map(child, 'MAP_SHARED', fd), 'changed!')
    expect(k.content()).toBe('changed!')
    k.die(child)
    expect(k.content()).toBe('changed!')
  })

  it('to a private mapping of a file stays with the process and its later children', () => {
    const k = new Memory()
    const fd = k.file(k.p0)
    const at = k.map(k.p0, 'MAP_PRIVATE', fd)
    k.store(k.p0, at, 'mine')
    const child = k.fork(k.p0)
    k.store(child, at, 'hers')
    expect([k.load(k.p0, at, 8), k.load(child, at, 8), k.content()]).toEqual(['mineinal', 'hersinal', 'original'])
    k.die(child)
    expect(k.content()).toBe('original')
  })

  it('past the end of a file on its last page is no part of the file, and on a later page kills', () => {
    const k = new Memory()
    const fd = k.file(k.p0, 'abc')
    k.store(k.p0, k.map(k.p0, 'MAP_SHARED', fd), 'defgh')
    expect(k.content()).toBe('def')
    const child = k.fork(k.p0)
    k.call(k.p0, 'ftruncate', { fd, length: 0 })
    k.store(child, k.map(child, 'MAP_SHARED', fd), 'x')
    expect(k.kernel.processes.at(child).groupExit & 0x7f).toBe(7)
  })

  it('kills where nothing is mapped, or nothing may be stored', () => {
    const k = new Memory()
    const constant = k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS', -1, { prot: 'PROT_READ' })
    for (const address of [0, constant]) {
      const child = k.fork(k.p0)
      k.store(child, address, 'x')
      expect(k.kernel.processes.at(child)).toMatchObject({ state: 'zombie', groupExit: 11 })
    }
  })
})

describe('anonymous memory', () => {
  it('is zero at first; shared, it keeps what a killed child stored, private it does not show it', () => {
    const k = new Memory()
    const shared = k.map(k.p0, 'MAP_SHARED|MAP_ANONYMOUS')
    const own = k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS')
    k.store(k.p0, own, 'old')
    const child = k.fork(k.p0)
    expect(k.load(child, shared)).toBe('\0\0\0')
    k.store(child, shared, 'new')
    k.store(child, own, 'new')
    k.die(child)
    expect([k.load(k.p0, shared), k.load(k.p0, own)]).toEqual(['new', 'old'])
  })

  it('that is shared outlives its maker, and goes with the last that maps it', () => {
    const k = new Memory()
    const parent = k.fork(k.p0)
    const at = k.map(parent, 'MAP_SHARED|MAP_ANONYMOUS')
    const child = k.fork(parent)
    k.store(parent, at, 'abc')
    k.die(parent)
    expect(k.load(child, at)).toBe('abc')
    k.call(child, 'execve', { filename: '/bin/true' })
    expect(k.kernel.sharedMemory.size).toBe(0)
  })
})

describe('munmap', () => {
  it('takes pages out of the middle, and each part holds what is behind it', () => {
    const k = new Memory()
    const fd = k.file(k.p0)
    const at = k.map(k.p0, 'MAP_PRIVATE', fd, { length: 3 * PAGE })
    expect([k.unmap(k.p0, at + PAGE), k.unmap(k.p0, at + PAGE), k.unmap(k.p0, at + 1)]).toEqual([0, 0, 'EINVAL'])
    expect(k.kernel.mms.at(k.kernel.threads.at(k.p0).mm).mappings).toMatchObject([
      { address: at, length: PAGE },
      { address: at + 2 * PAGE, length: PAGE, offset: 2 * PAGE },
    ])
    expect(k.kernel.descriptions.rows()).toMatchObject([{ references: 3 }])
    k.unmap(k.p0, at, 3 * PAGE)
    expect(k.kernel.descriptions.rows()).toMatchObject([{ references: 1 }])
  })

  it('of a part of an attached segment counts as one attach more', () => {
    const k = new Memory()
    const id = k.call(k.p0, 'shmget', { key: 0, size: 3 * PAGE, flags: flagSet('IPC_CREAT') }) as number
    const at = k.call(k.p0, 'shmat', { id, address: 0, flags: flagSet() }) as number
    k.lock(k.p0, 'mlock', at)
    expect(k.kernel.shms.at(id).nattch).toBe(2)
    k.lock(k.p0, 'munlock', at)
    k.unmap(k.p0, at + PAGE)
    expect(k.kernel.shms.at(id).nattch).toBe(2)
  })
})

describe('memory locks', () => {
  it('do not count: one munlock undoes many', () => {
    const k = new Memory()
    const at = k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS', -1, { length: 2 * PAGE })
    k.lock(k.p0, 'mlock', at, 1)
    k.lock(k.p0, 'mlock', at, 2 * PAGE)
    expect(k.locked(k.p0)).toBe(2 * PAGE)
    k.lock(k.p0, 'munlock', at)
    expect(k.locked(k.p0)).toBe(PAGE)
  })

  it('up to a hole are kept', () => {
    const k = new Memory()
    const at = k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS', -1, { length: 3 * PAGE })
    k.unmap(k.p0, at + PAGE)
    expect([k.lock(k.p0, 'mlock', at, 3 * PAGE), k.locked(k.p0)]).toEqual(['ENOMEM', PAGE])
  })

  it('are not inherited by fork, and end with execve and exit', () => {
    const k = new Memory()
    const at = k.map(k.p0, 'MAP_SHARED|MAP_ANONYMOUS')
    k.lockAll(k.p0, 'MCL_CURRENT', 'MCL_FUTURE')
    k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS')
    const child = k.fork(k.p0)
    k.map(child, 'MAP_PRIVATE|MAP_ANONYMOUS')
    expect([k.locked(k.p0), k.locked(child)]).toEqual([2 * PAGE, 0])
    k.lock(child, 'mlock', at)
    expect(k.locked(child)).toBe(PAGE)
    k.call(k.p0, 'execve', { filename: '/bin/true' })
    k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS')
    expect(k.locked(k.p0)).toBe(0)
  })

  it('of the future are called off by MCL_CURRENT alone', () => {
    const k = new Memory()
    k.lockAll(k.p0, 'MCL_FUTURE')
    k.lockAll(k.p0, 'MCL_CURRENT')
    k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS')
    expect(k.locked(k.p0)).toBe(0)
    expect([k.lockAll(k.p0), k.lockAll(k.p0, 'MCL_ONFAULT')]).toEqual(['EINVAL', 'EINVAL'])
  })
})

it('msync refuses what contradicts itself, and MS_INVALIDATE of locked pages', () => {
  const k = new Memory()
  const addr = k.map(k.p0, 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_LOCKED')
  const sync = (...flags: string[]) => k.call(k.p0, 'msync', { addr, length: PAGE, flags: flagSet(...flags) })
  expect([sync(), sync('MS_SYNC', 'MS_ASYNC'), sync('MS_INVALIDATE')]).toEqual([0, 'EINVAL', 'EBUSY'])
})
