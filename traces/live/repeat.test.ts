import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linux } from '../../model/linux.ts'
import { allowedOutcomes } from './allowed-outcomes.ts'
import { Executor } from './executor.ts'
import { readPrograms } from './program-file.ts'
import { repeat } from './repeat.ts'
import { NoProgram, programOf } from './transcript-program.ts'

const LITMUS = `
# litmus: two ask for one lock
P0  openat(AT_FDCWD, "f", O_RDWR|O_CREAT, 0600) = 0
P0  fork() = P1
P0  fcntl(0, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0
P0  close(0) = 0
P1  fcntl(0, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0
P1  exit_group(0) = ?
`
const [test] = readPrograms(LITMUS)
const program = programOf(test!.lines)

/** Who got the lock: the answers to P0 and to P1. */
const LOCKS = [
  ['P0  fcntl = 0', 'P1  fcntl = 0'],
  ['P0  fcntl = 0', 'P1  fcntl = -1 EAGAIN'],
  ['P0  fcntl = -1 EAGAIN', 'P1  fcntl = 0'],
].map((lines) => lines.join())
const locksOf = (outcome: readonly string[]) => outcome.filter((line) => line.includes('fcntl')).join()

describe('a litmus test', () => {
  it('is a transcript whose heading says so', () => {
    expect(test).toMatchObject({ title: 'two ask for one lock', at: 2, order: 'open' })
    expect(readPrograms('# allowed: a\nP0  getpid() = P0\n')[0]?.order).toBe('given')
    expect(() => readPrograms('# litmus: a\n# litmus: b\nP0  getpid() = P0')).toThrow(NoProgram)
  })

  it('may come out in more ways than a transcript, and in no order of calls otherwise than in a race', () => {
    const ways = (order: 'lock-step' | 'open' | 'free') => {
      const { outcomes, complete } = allowedOutcomes(program, { rules: linux, order })
      expect(complete).toBe(true)
      return outcomes.map(locksOf).toSorted()
    }
    expect(ways('lock-step')).toEqual([LOCKS[0]])
    expect(ways('open')).toEqual(LOCKS.toSorted())
    expect(ways('free')).toEqual(LOCKS.toSorted())
  })

  it('has with each outcome an order that leaves each process its own', () => {
    const { orders } = allowedOutcomes(program, { rules: linux, order: 'open' })
    for (const order of orders) {
      expect(order.toSorted()).toEqual([0, 1, 2, 3, 4, 5])
      for (const own of [
        [0, 1, 2, 3],
        [1, 4, 5],
      ])
        expect(order.filter((place) => own.includes(place))).toEqual(own)
    }
  })
})

const isPossible = await Executor.start().then(
  (executor) => executor.close().then(() => true),
  () => false,
)

describe.runIf(isPossible)('on this kernel', () => {
  let executor: Executor
  beforeAll(async () => {
    executor = await Executor.start()
  })
  afterAll(() => executor.close())

  it('every outcome of a litmus test is seen, in an order that leads to it', async () => {
    const { outcomes, orders, divergences } = await repeat(program, { times: 30, racy: false, open: true })
    expect(divergences).toEqual([])
    expect(orders).toBe(3)
    expect(outcomes.map(({ outcome, count, allowed }) => [locksOf(outcome), count, allowed]).toSorted()).toEqual(
      LOCKS.map((locks) => [locks, 10, true]).toSorted(),
    )
  })

  it('whoever waits for a time-out waits for no zombie', async () => {
    const timed = programOf([
      'P0  fork() = P1',
      'P1  exit_group(0) = ?',
      'P0  rt_sigtimedwait([USR1], NULL, {tv_sec=0, tv_nsec=1000000}, 8) = -1 EAGAIN',
    ])
    const begun = performance.now()
    expect((await repeat(timed, { times: 3, racy: false })).divergences).toEqual([])
    expect(performance.now() - begun).toBeLessThan(6000)
  })
})
