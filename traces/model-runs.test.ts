import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import { describeProgram } from '../model/notation/print.ts'
import type { Program, Step } from '../model/program.ts'
import { ProgramArbitrary } from '../properties/arbitraries/program.ts'
import { Checks } from '../properties/hold.ts'
import { checkTranscript } from './transcript.ts'

const programs = new ProgramArbitrary({ rules: linux, checks: new Checks(linux, []) })

const makesThread = ({ call }: Step): boolean => call.startsWith('clone')

/** Each call has settled before the next: no number is used before the call that made it has returned it. */
const inLockStep = (program: Program): Program => ({ steps: program.steps.map((step) => ({ ...step, pace: -1 })) })

it('whatever the model does is printed so that the checker reads it, and allows it', () => {
  fc.assert(
    fc.property(programs, (program) => {
      // Under strace a thread that calls execve gives a line of its own, which an untraced history has not.
      fc.pre(!program.steps.some(({ call }) => call === 'execve') || !program.steps.some(makesThread))
      const lines = describeProgram(inLockStep(program), linux)
      const { violations, undecided } = checkTranscript(lines)
      expect({ violations, undecided, lines }).toEqual({ violations: [], undecided: [], lines })
    }),
    { numRuns: 1000, seed: 1 },
  )
})
