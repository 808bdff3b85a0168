import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults } from '../../properties/faults/index.ts'
import { Executor } from './executor.ts'
import { LiveKills } from './live-kills.ts'
import { UNSEEN } from './unseen-faults.ts'

const isPossible = await Executor.start().then(
  (executor) => executor.close().then(() => executor.mode === 'realtime'),
  () => false,
)

/** Programs that are run once for all faults, and seconds for one of them. */
const PROGRAMS = 4000
const LIMIT = 60
/** Seconds in which what cannot be noticed is not. */
const UNSEEN_LIMIT = 3
/** One fault of so many: `faults --live` tries them all. */
const EVERY = 8

describe.runIf(isPossible)('this kernel contradicts a model in which', () => {
  let live: LiveKills
  beforeAll(async () => {
    live = await LiveKills.begin({ seed: 1, time: LIMIT, programs: PROGRAMS, shrink: false })
  })
  afterAll(() => live.end())

  for (const fault of faults.filter(({ name }, index) => index % EVERY === 0 && !(name in UNSEEN))) {
    it(fault.name, async () => {
      expect((await live.kill(fault)).killed).toBe(true)
    })
  }
})

describe.runIf(isPossible)('this kernel leaves unseen whether', () => {
  let live: LiveKills
  beforeAll(async () => {
    live = await LiveKills.begin({ seed: 2, time: UNSEEN_LIMIT, programs: PROGRAMS, shrink: false })
  })
  afterAll(() => live.end())

  for (const name of Object.keys(UNSEEN)) {
    it(name, async () => {
      const fault = faults.find((candidate) => candidate.name === name)
      expect(fault).toBeDefined()
      expect((await live.kill(fault!)).killed).toBe(false)
    })
  }
})
