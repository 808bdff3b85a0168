import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import { describeProgram } from '../model/notation/print.ts'
import { ProgramArbitrary } from '../properties/arbitraries/program.ts'
import { Checks } from '../properties/hold.ts'
import { checkTranscript } from './transcript.ts'

const programs = new ProgramArbitrary({ rules: linux, checks: new Checks(linux, []) })

it('whatever the model does is printed so that the checker reads it, and allows it', () => {
  fc.assert(
    fc.property(programs, (program) => {
      const lines = describeProgram(program, linux)
      const { violations, undecided } = checkTranscript(lines)
      expect({ violations, undecided, lines }).toEqual({ violations: [], undecided: [], lines })
    }),
    { numRuns: 500, seed: 1 },
  )
})
