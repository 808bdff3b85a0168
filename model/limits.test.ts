import { expect, it } from 'vitest'
import { Play } from './testing/play.ts'

const set = (k: Play, pid: number, soft: number, hard = soft, target = 0) =>
  k.step(pid, 'prlimit64', { pid: target, resource: 'RLIMIT_NOFILE', newLimit: { soft, hard } })

it('a new descriptor must lie below RLIMIT_NOFILE, and lowering it closes nothing', () => {
  const k = new Play()
  const p0 = Play.first
  const queue = () => k.call(p0, 'mq_open', { name: '/q', oflag: new Set(['O_CREAT']), mode: 0o600, attr: null })
  expect([queue(), queue()]).toEqual([0, 1])
  set(k, p0, 1)
  expect(queue()).toBe('EMFILE')
  expect(k.call(p0, 'close', { fd: 0 })).toBe(0)
  expect([queue(), queue()]).toEqual([0, 'EMFILE'])
})

it('a soft limit above the hard one is refused, after a missing process and before a missing resource', () => {
  const k = new Play()
  expect(set(k, Play.first, 2, 1).result).toBe('EINVAL')
  expect(set(k, Play.first, 2, 1, 99).result).toBe('ESRCH')
  expect(k.call(Play.first, 'setrlimit', { resource: 'RLIMIT_NOFILE', limit: null })).toBe('EFAULT')
})

it('limits are inherited by fork, kept by execve, and each process has its own', () => {
  const k = new Play()
  const p0 = Play.first
  set(k, p0, 7)
  const child = k.fork(p0)
  k.call(child, 'execve', { filename: '/bin/true' })
  set(k, p0, 9)
  const limitOf = (pid: number) => k.step(pid, 'getrlimit', { resource: 'RLIMIT_NOFILE' }).out
  expect([limitOf(p0), limitOf(child)]).toEqual([{ limit: { rlim_cur: 9 } }, { limit: { rlim_cur: 7 } }])
})

it('the limits of a zombie can be asked for and set', () => {
  const k = new Play()
  const child = k.fork(Play.first)
  k.exit(child)
  expect(set(k, Play.first, 5, 5, child).result).toBe(0)
  expect(set(k, Play.first, 6, 6, child).out).toEqual({ oldLimit: { rlim_cur: 5 } })
})
