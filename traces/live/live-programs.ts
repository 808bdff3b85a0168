import * as fc from 'fast-check'
import type { Program } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { ProgramArbitrary } from '../../properties/arbitraries/program.ts'
import type { Scene } from '../../properties/arbitraries/stage.ts'
import { TELLING_SCENES } from '../../properties/arbitraries/telling-scenes.ts'
import { Checks } from '../../properties/hold.ts'
import { whyNot } from './cannot.ts'
import { Absences } from './target.ts'

/** Programs drawn at once. */
const CHUNK = 50
/** One chunk of so many begins with scenes that tell what came of them. */
const TELLING_EVERY = 5

export interface DrawOptions {
  readonly rules: Rules
  readonly seed: number
  /** Steps of a program at the most. */
  readonly maxSteps: number
  /** Each begins with one of these; by default every fifth with a telling one, and others with what is usual. */
  readonly scenes?: readonly Scene[]
  /** What programs are not to call: those that do are left out. */
  readonly absences?: Absences
}

/** Programs without end, each call to settle before the next; the same for the same seed. */
export function* livePrograms({
  rules,
  seed,
  maxSteps,
  scenes,
  absences = NOTHING_ABSENT,
}: DrawOptions): Generator<Program> {
  const beginning = (first?: readonly Scene[]) =>
    new ProgramArbitrary({ rules, checks: new Checks(rules, []), maxSteps, ...(first && { scenes: first }) })
  const usual = beginning(scenes)
  const telling = scenes === undefined ? beginning(TELLING_SCENES) : usual
  for (let chunk = 0; ; chunk++) {
    const programs = chunk % TELLING_EVERY === TELLING_EVERY - 1 ? telling : usual
    for (const program of fc.sample(programs, { seed: (Math.imul(seed, 0x9e3779b1) + chunk) | 0, numRuns: CHUNK })) {
      if (isPossible(program, rules, absences)) yield inLockStep(program)
    }
  }
}

export const inLockStep = (program: Program): Program => ({
  steps: program.steps.map((step) => ({ ...step, choice: 0, pace: -1 })),
})

const NOTHING_ABSENT = new Absences()

const isPossible = (program: Program, rules: Rules, absences: Absences): boolean =>
  program.steps.every(({ call, args }) => {
    const syscall = rules.syscalls.get(call)!
    return whyNot(syscall, args) === undefined && !absences.lacks(syscall)
  })
