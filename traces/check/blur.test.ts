import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'
import { ended, fork, forked, reaped, start, verdictOf } from './testing.ts'

/** A child that does something of which the model knows nothing. */
const unknown = '6 sys_to_come(3) = 0'

describe('after a line that is not followed', () => {
  it('what its process had no hold of is judged as before', async () => {
    const { undecided, violations } = await verdictOf(
      forked,
      unknown,
      '5 pipe2([3, 4], 0) = 0',
      '5 close(3) = 0',
      '5 close(3) = 0',
    )
    expect(undecided.map(({ line }) => line)).toEqual([5])
    expect(violations.map(({ line, allowed }) => [line, allowed])).toEqual([[8, ['close = -1 EBADF']]])
  })

  it('a pipe that only others hold ends when they have closed it, one that it holds may not', async () => {
    const lines = (made: readonly string[], then: readonly string[]) => verdictOf(...made, ...then)
    const pipe = '5 pipe2([3, 4], 0) = 0'
    const read = ['5 close(4) = 0', '5 read(3, "a", 1) = 1']
    const apart = await lines([forked, unknown, pipe], read)
    expect([apart.violations.length, apart.undecided.length]).toEqual([1, 1])
    const shared = await lines([pipe, forked, unknown], read)
    expect([shared.violations.length, shared.undecided.length]).toEqual([0, 2])
  })

  it('what it makes is as little known as itself', async () => {
    const { undecided, violations } = await verdictOf(
      forked,
      unknown,
      fork(6, 7),
      '7 pipe2([3, 4], 0) = 0',
      '7 close(3) = 0',
      '7 close(3) = 0',
    )
    expect(violations).toEqual([])
    expect(undecided.map(({ line }) => line)).toEqual([5, 9])
  })

  it('a parent that has it among its descendants may find other children than the model expects, and no other parent', async () => {
    const waits = async (parent: number) => {
      const { undecided, violations } = await verdictOf(
        forked,
        fork(5, 7),
        unknown,
        fork(parent, 8),
        `${parent} wait4(-1, 0x7f, WNOHANG|__WALL, NULL) = -1 ECHILD (No child processes)`,
      )
      return [violations.map(({ line }) => line), undecided.map(({ line }) => line)]
    }
    expect(await waits(5)).toEqual([[], [6, 8]])
    expect(await waits(7)).toEqual([[8], [6]])
  })

  it('a process may keep what it had open in ways that are not known', async () => {
    const { violations } = await verdictOf(
      '5 pipe2([3, 4], 0) = 0',
      forked,
      '6 sys_to_come(3) = 0',
      ...['6 close(3) = 0', '6 close(4) = 0'],
      '5 close(3) = 0',
      '5 write(4, "x", 1) = 1',
    )
    expect(violations).toEqual([])
  })

  it('a process may have waited for its children in ways that are not known', async () => {
    const { violations } = await verdictOf(
      '5 rt_sigaction(SIGCHLD, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8) = 0',
      forked,
      ...ended,
      '5 sys_to_come(6) = 0',
      '5 wait4(-1, NULL, 0, NULL) = -1 ECHILD (No child processes)',
    )
    expect(violations).toEqual([])
  })

  it('whom it surprises is no better known from then on', async () => {
    const lines = [
      ...['5 pipe2([3, 4], 0) = 0', '5 close(3) = 0', '5 mknod("ff", S_IFIFO|0600) = 0'],
      forked,
      '5 openat(AT_FDCWD, "ff", O_WRONLY <unfinished ...>',
      '6 sys_to_come("ff", O_RDONLY) = 3',
      '5 <... openat resumed>) = 3',
      '5 dup2(3, 1) = 1',
    ]
    const { violations } = await checkText([...start, ...lines, ''].join('\n'), 'text', { closed: true })
    expect(violations).toEqual([])
  })

  it('a line that names no process leaves nothing as it was', async () => {
    const { undecided, violations } = await verdictOf(
      forked,
      'x#!',
      '5 pipe2([3, 4], 0) = 0',
      '5 close(3) = 0',
      '5 close(3) = 0',
    )
    expect(violations).toEqual([])
    expect(undecided.map(({ line }) => line)).toEqual([5, 8])
  })

  it('what a process makes that is no longer followed is not followed either, and all others are', async () => {
    const { assumptions, violations } = await verdictOf(
      forked,
      ...ended.slice(0, 1),
      '6 getpid() = 6',
      fork(6, 7),
      '7 getppid() = 6',
      ...['5 pipe2([3, 4], 0) = 0', '5 close(3) = 0', '5 close(3) = 0'],
    )
    expect(violations.map(({ line }) => line)).toEqual([6, 11])
    expect(assumptions).toEqual([])
  })

  it('nothing that follows from a call of which nothing is known is called a violation, in any real capture', async () => {
    const folder = new URL('../captures/', import.meta.url)
    const captures = readdirSync(folder)
      .filter((name) => name.endsWith('.strace'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
    const call = /^(\d+ +[\d.]+ )(?!execve|arch_prctl)(\w+)(\(.*\) += \d)/
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...captures), fc.nat(), async (lines, choice) => {
        const calls = lines.flatMap((line, place) => (call.test(line) ? [place] : []))
        const place = calls[choice % calls.length]!
        const { violations } = await checkText(
          lines.with(place, lines[place]!.replace(call, '$1sys_to_come$3')).join('\n'),
        )
        expect(violations).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('one that contradicts another is told once', async () => {
    const again = await verdictOf(forked, fork(6, 7), '7 sys_to_come(3) = 0', ...ended, reaped, reaped)
    expect(again.violations).toHaveLength(1)
  })
})

it('a number that is none of a call does nothing', async () => {
  expect((await verdictOf('5 syscall_0xffffffffffffffea(0x1, 0x9) = ?')).verdict).toBe('conforms')
})

it('flags of which shmget, semget and msgget take no notice say nothing', async () => {
  const { verdict } = await verdictOf(
    '5 msgget(0x200, IPC_CREAT|IPC_EXCL|IPC_NOWAIT|0xfffff000|0777) = 1',
    '5 semget(0x200, 1, 0xfffff7ff) = 1',
    '5 shmget(0x6900, 8388608, IPC_CREAT|IPC_EXCL|SHM_NORESERVE|30<<SHM_HUGE_SHIFT|0600) = 3',
    '5 shmctl(3, IPC_RMID, NULL) = 0',
  )
  expect(verdict).toBe('conforms')
})
