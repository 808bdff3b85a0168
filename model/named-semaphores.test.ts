import { expect, it } from 'vitest'
import { flagSet } from './params.ts'
import { SIGKILL } from './signals.ts'
import type { NamedSemaphore } from './state/ipc.ts'
import { Play } from './testing/play.ts'

class Semaphores extends Play {
  readonly p0 = Play.first

  open(pid: number, value = 1, flags: readonly string[] = ['O_CREAT'], name = '/s') {
    return this.call(pid, 'sem_open', { name, oflag: flagSet(...flags), mode: 0o600, value }) as number
  }

  sem(pid: number, call: 'wait' | 'trywait' | 'post' | 'close', sem: number) {
    return this.call(pid, `sem_${call}`, { sem })
  }

  unlink() {
    return this.call(this.p0, 'sem_unlink', { name: '/s' })
  }

  die(pid: number): void {
    this.kill(this.p0, pid, SIGKILL)
    this.wait(this.p0, pid)
  }

  get semaphore(): Readonly<NamedSemaphore> {
    return this.kernel.namedSemaphores.rows()[0]!
  }
}

it('the death of a process that took a semaphore does not give it back', () => {
  const k = new Semaphores()
  const child = k.fork(k.p0)
  k.sem(child, 'wait', k.open(child))
  k.die(child)
  expect(k.semaphore).toMatchObject({ state: 'linked.closed', value: 0, users: 0 })
  const sem = k.open(k.p0, 5)
  expect(k.sem(k.p0, 'trywait', sem)).toBe('EAGAIN')
  expect([k.sem(k.p0, 'post', sem), k.sem(k.p0, 'trywait', sem)]).toEqual([0, 0])
})

it('sem_open gives a process that has the semaphore open the same address, to be closed as often', () => {
  const k = new Semaphores()
  const first = k.open(k.p0)
  expect([k.open(k.p0), k.open(k.p0, 9, [])]).toEqual([first, first])
  expect(k.semaphore).toMatchObject({ value: 1, users: 1 })
  const closes = [1, 2, 3, 4].map(() => k.sem(k.p0, 'close', first))
  expect(closes).toEqual([0, 0, 0, 'EINVAL'])
  expect(k.semaphore).toMatchObject({ users: 0, state: 'linked.closed' })
})

it('sem_open refuses what cannot be', () => {
  const k = new Semaphores()
  expect(k.open(k.p0, 1, [])).toBe('ENOENT')
  expect(k.open(k.p0, 0x8000_0000)).toBe('EINVAL')
  expect([k.open(k.p0, 1, ['O_CREAT'], '/a/b'), k.open(k.p0, 1, ['O_CREAT'], '/')]).toEqual(['EINVAL', 'EINVAL'])
  k.open(k.p0)
  expect(k.open(k.p0, 1, ['O_CREAT', 'O_EXCL'])).toBe('EEXIST')
  k.call(k.p0, 'prlimit64', { pid: 0, resource: 'RLIMIT_NOFILE', newLimit: { soft: 0, hard: 0 } })
  expect(k.open(k.p0)).toBe('EMFILE')
})

it('a fork child has the semaphore open too, and execve closes it for the caller alone', () => {
  const k = new Semaphores()
  const sem = k.open(k.p0)
  const child = k.fork(k.p0)
  expect(k.semaphore.users).toBe(2)
  k.call(child, 'execve', { filename: '/bin/true' })
  expect(k.semaphore.users).toBe(1)
  expect(k.sem(k.p0, 'wait', sem)).toBe(0)
})

it('a semaphore without a name lives until its last user closes it or dies', () => {
  const k = new Semaphores()
  const old = k.open(k.p0, 3)
  const child = k.fork(k.p0)
  expect([k.unlink(), k.unlink()]).toEqual([0, 'ENOENT'])
  const young = k.open(k.p0, 0)
  expect(young).not.toBe(old)
  k.sem(k.p0, 'close', old)
  expect(k.sem(child, 'trywait', old)).toBe(0)
  k.die(child)
  expect(k.kernel.namedSemaphores.rows()).toMatchObject([{ value: 0, state: 'linked.open' }])
})

it('a post lets a waiter go on, and nothing is lost when a waiter is killed', () => {
  const k = new Semaphores()
  const sem = k.open(k.p0, 0)
  const [victim, waiter] = [k.fork(k.p0), k.fork(k.p0)]
  k.sem(victim, 'wait', sem)
  const waiting = k.step(waiter, 'sem_wait', { sem })
  k.die(victim)
  expect(waiting.result).toBeUndefined()
  k.sem(k.p0, 'post', sem)
  expect([waiting.result, k.semaphore.value]).toEqual([0, 0])
})
