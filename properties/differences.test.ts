import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import { FIRST_STEP, type Step } from '../model/program.ts'
import { run } from '../model/run.ts'
import { SIGCHLD } from '../model/signals.ts'
import { NO_SIGNALS } from '../model/state/signal-set.ts'
import { flagSet } from '../model/params.ts'
import { ProgramArbitrary } from './arbitraries/program.ts'
import { compare } from './differences.ts'
import { ignoringSigchldLeavesZombies } from './faults/ignoring-sigchld-leaves-zombies.ts'
import { Checks } from './hold.ts'

describe('comparison with the rules without a fault', () => {
  it('allows whatever Linux itself does', () => {
    const programs = new ProgramArbitrary({
      rules: linux,
      checks: new Checks(linux, []),
      maxSteps: 14,
      recording: true,
    })
    fc.assert(
      fc.property(programs, (program) => compare(linux, programs.judged(program).run).verdict !== 'different'),
      { seed: 4, numRuns: 250 },
    )
  })

  it('shows a zombie where a parent that ignores SIGCHLD should have none', () => {
    const ignore = { handler: 'SIG_IGN', mask: NO_SIGNALS, flags: flagSet() }
    const step = (id: number, by: number, call: string, args: Step['args'] = {}): Step => ({
      id, by, call, args, choice: 0, pace: -1,
    }) // prettier-ignore
    const program = {
      steps: [
        step(1, FIRST_STEP, 'rt_sigaction', { sig: SIGCHLD, act: ignore, sigsetsize: 8 }),
        step(2, FIRST_STEP, 'fork'),
        step(3, 2, 'exit_group', { status: 0 }),
      ],
    }
    const faulty = run(ignoringSigchldLeavesZombies.apply(linux), program, { recording: true })
    expect(compare(linux, faulty).verdict).toBe('different')
    expect(compare(linux, run(linux, program, { recording: true })).verdict).toBe('allowed')
  })
})
