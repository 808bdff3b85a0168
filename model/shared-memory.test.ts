import { describe, expect, it } from 'vitest'
import { linux } from './linux.ts'
import { flagSet } from './params.ts'
import { shmRmidForced } from './quirks/shm-rmid-forced.ts'
import { SIGKILL } from './signals.ts'
import type { ShmStatus } from './functions/shm.ts'
import { Play } from './testing/play.ts'

class Segments extends Play {
  readonly p0 = Play.first

  get(key: number, size = 4096, ...flags: ('IPC_CREAT' | 'IPC_EXCL')[]) {
    return this.call(this.p0, 'shmget', { key, size, flags: flagSet(...flags) })
  }

  make(key = 0): number {
    return this.get(key, 4096, 'IPC_CREAT') as number
  }

  attach(pid: number, id: number, address = 0, ...flags: string[]) {
    return this.call(pid, 'shmat', { id, address, flags: flagSet(...flags) })
  }

  detach(pid: number, address: unknown) {
    return this.call(pid, 'shmdt', { address })
  }

  remove(id: number) {
    return this.call(this.p0, 'shmctl(IPC_RMID)', { id, command: 'IPC_RMID' })
  }

  stat(id: number): ShmStatus | undefined {
    const { out } = this.step(this.p0, 'shmctl(IPC_STAT)', { id, command: 'IPC_STAT' })
    return out?.buf as ShmStatus | undefined
  }

  die(pid: number): void {
    this.kill(this.p0, pid, SIGKILL)
    this.wait(this.p0, pid)
  }
}

describe('shmget', () => {
  it('finds a segment by its key if it is large enough', () => {
    const k = new Segments()
    expect(k.get(7)).toBe('ENOENT')
    const id = k.get(7, 5000, 'IPC_CREAT')
    expect([k.get(7, 0), k.get(7, 5000), k.get(7, 5001)]).toEqual([id, id, 'EINVAL'])
    expect(k.get(7, 1, 'IPC_CREAT', 'IPC_EXCL')).toBe('EEXIST')
    expect([k.get(0, 0), k.get(8, 0, 'IPC_CREAT')]).toEqual(['EINVAL', 'EINVAL'])
  })
})

describe('nattch', () => {
  it('counts attaches, not processes', () => {
    const k = new Segments()
    const id = k.make()
    const first = k.attach(k.p0, id)
    expect(k.attach(k.p0, id)).not.toBe(first)
    expect(k.stat(id)).toMatchObject({ shm_nattch: 2, shm_cpid: 2, shm_lpid: 2 })
    expect(k.detach(k.p0, first)).toBe(0)
    expect(k.detach(k.p0, first)).toBe('EINVAL')
    expect(k.stat(id)?.shm_nattch).toBe(1)
  })

  it('grows by every attach that a fork child inherits, and shrinks when it dies', () => {
    const k = new Segments()
    const id = k.make()
    k.attach(k.p0, id)
    k.attach(k.p0, id)
    const child = k.fork(k.p0)
    expect(k.stat(id)).toMatchObject({ shm_nattch: 4, shm_lpid: 2 })
    k.die(child)
    expect(k.stat(id)).toMatchObject({ shm_nattch: 2, shm_lpid: child })
  })

  it('may be seen one too high while another process is in shmat', () => {
    const k = new Segments()
    const id = k.make()
    const child = k.fork(k.p0)
    const by = k.runner.makerOf(child)!
    k.runner.take({ id: 90, by, call: 'shmat', args: { id, address: 0, flags: flagSet() }, choice: 0, pace: 0 })
    const caller = k.kernel.threads.at(k.p0)
    const counts = () => k.kernel.fn.segmentStatuses(k.kernel, caller, id).map(({ shm_nattch }) => shm_nattch)
    expect(counts()).toEqual([0, 1])
    k.runner.finish()
    expect(counts()).toEqual([1])
  })
})

describe('shmat', () => {
  it('maps where it is told, if nothing is there', () => {
    const k = new Segments()
    const id = k.make()
    const at = 0x5000_0000
    expect(k.attach(k.p0, id, at + 1)).toBe('EINVAL')
    expect(k.attach(k.p0, id, at + 1, 'SHM_RND')).toBe(at)
    expect(k.attach(k.p0, id, at)).toBe('EINVAL')
    expect(k.attach(k.p0, id, 0, 'SHM_REMAP')).toBe('EINVAL')
    expect(k.attach(k.p0, id, at, 'SHM_REMAP', 'SHM_RDONLY')).toBe(at)
    expect(k.stat(id)?.shm_nattch).toBe(1)
    expect(k.attach(k.p0, id + 1)).toBe('EINVAL')
  })
})

describe('a shared memory segment', () => {
  it('outlives its creator, until it is removed', () => {
    const k = new Segments()
    const child = k.fork(k.p0)
    const id = k.call(child, 'shmget', { key: 3, size: 1, flags: flagSet('IPC_CREAT') }) as number
    k.attach(child, id)
    k.die(child)
    expect(k.stat(id)).toMatchObject({ shm_nattch: 0, shm_cpid: child, shm_lpid: child })
    expect(k.remove(id)).toBe(0)
    expect(k.stat(id)).toBeUndefined()
    expect(k.remove(id)).toBe('EINVAL')
  })

  it('that is removed while attached loses its key at once and goes with the last detach', () => {
    const k = new Segments()
    const id = k.make(9)
    const address = k.attach(k.p0, id)
    const child = k.fork(k.p0)
    expect([k.remove(id), k.remove(id)]).toEqual([0, 0])
    expect(k.get(9)).toBe('ENOENT')
    const other = k.get(9, 1, 'IPC_CREAT')
    expect(k.attach(child, id)).not.toBe('EINVAL')
    expect(k.detach(k.p0, address)).toBe(0)
    expect(k.stat(id)?.shm_nattch).toBe(2)
    k.die(child)
    expect(k.kernel.shms.ids()).toEqual([other])
  })

  it('stays locked in memory when whoever locked it is gone', () => {
    const k = new Segments()
    const id = k.make()
    const child = k.fork(k.p0)
    k.call(child, 'shmctl(SHM_LOCK)', { id, command: 'SHM_LOCK' })
    k.die(child)
    expect(k.kernel.shms.at(id).locked).toBe(true)
    k.call(k.p0, 'shmctl(SHM_UNLOCK)', { id, command: 'SHM_UNLOCK' })
    expect(k.kernel.shms.at(id).locked).toBe(false)
  })
})

describe('under shm_rmid_forced', () => {
  const forced = () => new Segments(shmRmidForced.apply(linux))

  it('a segment goes with its last attach, and one never attached with its creator', () => {
    const k = forced()
    const id = k.make()
    k.detach(k.p0, k.attach(k.p0, id))
    expect(k.kernel.shms.has(id)).toBe(false)
    const kept = k.make()
    const child = k.fork(k.p0)
    const lost = k.call(child, 'shmget', { key: 0, size: 1, flags: flagSet() }) as number
    k.die(child)
    expect([k.kernel.shms.has(kept), k.kernel.shms.has(lost)]).toEqual([true, false])
  })

  it('only the setting decides whether the rules are such', () => {
    const host = { kernel: '6.18.0', traced: false }
    const applies = (sysctl: Record<string, string>) => shmRmidForced.applies({ ...host, sysctl })
    expect([
      applies({}),
      applies({ 'kernel.shm_rmid_forced': '0' }),
      applies({ 'kernel.shm_rmid_forced': '1' }),
    ]).toEqual([false, false, true])
  })
})
