import { describe, expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import { faults } from './faults/index.ts'
import { releasesRunInOrderOfClosing } from './faults/releases-run-in-order-of-closing.ts'
import { RULES_HOLD_TOGETHER } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'
import { kill, type Kill } from './kill-matrix.ts'
import { search } from './search.ts'

/** Programs to try against one fault. Most need a few hundred; the deepest, cycles of lock owners, took 12,000 once. */
const PROGRAMS = 40_000
const SEED = 1

const properties = [...invariants, ...stepProperties].map(({ name }) => name)

/** It shows only to one who makes two calls between two releases of one dying process: too rare to wait for. */
const TOO_RARE = [releasesRunInOrderOfClosing.name]

/** Properties that no fault is made to break. Whoever adds such a fault takes its property off this list. */
const BROKEN_BY_NONE = [
  'a POSIX queue without a name is open',
  'a descriptor table has as many users as there are threads that use it',
  'a descriptor that is promised to an open which waits is in use by nobody',
  'a pipe holds at most sixteen slots, each with at least a byte and at most a page',
  'a process has an exit status exactly when it is exiting or a zombie',
  'a process stands once among the children of its parent, and its parent is not dead',
  'a session leader is in the process group that bears its number',
  'a terminal is there while a description of its slave or its one master is, and counts them',
  'a thread dies phase by phase in the order of do_exit, and nothing brings it back',
  'a thread of a stopped process enters no call, and ends none in which it slept',
  'a thread that exits has no request for a lock left',
  'a thread that exits is in no call, and has none to start again',
  'a thread that is killed neither returns to user mode nor enters a call',
  'a zombie consists of its dead main thread alone',
  'an address space has as many users as threads that run in it, and at least one',
  'an open of a FIFO does not wait beside somebody on the other side',
  'every process, zombies included, is a member of its session',
  'no free descriptor lies below the first free one, and those in use are counted',
  'only a session leader without a controlling terminal remembers the foreground group of one that hung up',
  'the live count of a process is the number of its threads that have not passed exit_signals',
]

/** Calls from which nobody comes back with a success: they end the caller, or end by a signal alone. */
const NEVER_SUCCEED = ['exit', 'exit_group', 'pause', 'rt_sigsuspend']

describe('random programs', () => {
  const kills: Kill[] = []

  for (const fault of faults.filter(({ name }) => !TOO_RARE.includes(name))) {
    it(`notice that ${fault.name}`, () => {
      const found = kill(fault, { rules: linux, invariants, stepProperties, runs: PROGRAMS, seed: SEED })
      expect(found.killed).toBe(true)
      kills.push(found)
    })
  }

  it('show half of the faults in six calls or fewer', () => {
    const sizes = kills.map(({ programSteps }) => programSteps!).sort((a, b) => a - b)
    expect(sizes).toHaveLength(faults.length - TOO_RARE.length)
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(6)
  })

  it('make every call, and make it succeed where that can be seen', () => {
    const { distribution, outcomes, violation } = search({ rules: linux, invariants: [], runs: 4000, seed: SEED })
    expect(violation).toBeNull()
    expect(Object.keys(distribution).filter((call) => distribution[call] === 0)).toEqual([])
    const unseen = Object.keys(distribution).filter((call) => outcomes[`${call}/ok`] === undefined)
    expect(unseen).toEqual(NEVER_SUCCEED)
  })
})

describe('the list of faults', () => {
  it('names each fault once', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
  })

  it('says of each what may notice it, by a name that there is', () => {
    const known = new Set([...properties, RULES_HOLD_TOGETHER.name])
    expect(faults.flatMap(({ breaks }) => breaks).filter((name) => !known.has(name))).toEqual([])
  })
  it('breaks every property but those that are known to be broken by none', () => {
    const broken = new Set(faults.flatMap(({ breaks }) => breaks))
    expect(properties.filter((name) => !broken.has(name)).sort()).toEqual([...BROKEN_BY_NONE].sort())
  })
})
