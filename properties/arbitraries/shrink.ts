import { FIRST_STEP, isHandle, type Argument, type Program, type Step } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { simplerArguments } from './simpler.ts'

/** What a candidate must still do wrong: the name of what it breaks; undefined when nothing. */
export type Signature = (program: Program) => string | undefined

/** How far minimising has come: the pass, and whether something was made simpler since the passes that leave steps out. */
export interface Cursor {
  readonly pass: number
  readonly simplified: boolean
}

export const START: Cursor = { pass: 0, simplified: false }

type Pass = (program: Program, rules: Rules) => Iterable<Program>

/** Programs of this length at the most are tried without each pair of their steps. */
const PAIRS_BELOW = 24
const SWAPS_BELOW = 16

/**
 * The next smaller program that does the same wrong, and from where to go on; undefined when there is none: then no step,
 * no process and no pair of steps can be left out. Pure: the same program, cursor and signature give the same answer.
 */
export function nextSmaller(
  program: Program,
  cursor: Cursor,
  rules: Rules,
  signature: Signature,
  wanted: string,
): { readonly program: Program; readonly cursor: Cursor } | undefined {
  for (let { pass, simplified } = cursor; ; pass++) {
    if (pass === PASSES.length) {
      if (!simplified) return undefined
      // Of a simpler program steps may go that were kept before.
      pass = FIRST_EXACT
      simplified = false
    }
    for (const candidate of PASSES[pass]!(program, rules)) {
      if (signature(candidate) !== wanted) continue
      if (pass < FIRST_EXACT) return { program: candidate, cursor: { pass, simplified } }
      if (pass < FIRST_SIMPLIFYING) return { program: candidate, cursor: { pass: FIRST_EXACT, simplified: false } }
      return { program: candidate, cursor: { pass, simplified: true } }
    }
  }
}

/** The program without one of its steps, or without one of its processes: what is smallest has none that does the same. */
export function* lessByOne(program: Program, rules: Rules): Iterable<Program> {
  yield* singles(program, rules)
  yield* processes(program, rules)
}

/** Every candidate of a pass, simplest first; undefined after the last pass. For those who must wait for an answer. */
export const candidatesOf = (program: Program, rules: Rules, pass: number): Iterable<Program> | undefined =>
  PASSES[pass]?.(program, rules)

/** Minimise to the end. */
export function minimise(program: Program, rules: Rules, signature: Signature): { program: Program; shrinks: number } {
  const wanted = signature(program)
  let smallest = program
  let shrinks = 0
  let cursor = START
  while (wanted !== undefined) {
    const next = nextSmaller(smallest, cursor, rules, signature, wanted)
    if (next === undefined) break
    smallest = next.program
    cursor = next.cursor
    shrinks++
  }
  return { program: smallest, shrinks }
}

const chunks = (parts: number): Pass =>
  function* (program, rules) {
    const { length } = program.steps
    const size = Math.ceil(length / parts)
    if (size < 2) return
    for (let end = length; end > 0; end -= size) yield without(program, rules, range(Math.max(0, end - size), end))
  }

const singles: Pass = function* (program, rules) {
  for (let i = program.steps.length - 1; i >= 0; i--) yield without(program, rules, [i])
}

const pairs: Pass = function* (program, rules) {
  const { length } = program.steps
  if (length > PAIRS_BELOW) return
  for (let i = length - 1; i > 0; i--) for (let j = i - 1; j >= 0; j--) yield without(program, rules, [i, j])
}

/** The steps of one process go with the step that made it. */
const processes: Pass = function* (program) {
  for (const { id } of program.steps) {
    if (!program.steps.some((step) => step.by === id)) continue
    const gone = new Set([id])
    const steps = program.steps.filter((step) => {
      if (!gone.has(step.id) && !gone.has(step.by) && !mentions(step, gone)) return true
      gone.add(step.id)
      return false
    })
    yield { steps }
  }
}

/** Another call of the same shape makes a third one needless. */
const swaps: Pass = function* (program, rules) {
  const { steps } = program
  if (steps.length > SWAPS_BELOW) return
  for (let i = 0; i < steps.length; i++) {
    for (const call of sameShape(rules, steps[i]!.call)) {
      const swapped = { steps: steps.with(i, { ...steps[i]!, call }) }
      for (let j = steps.length - 1; j >= 0; j--) if (j !== i) yield without(swapped, rules, [j])
    }
  }
}

/** Neighbours of different processes change places, if fewer switches between processes come of it. */
const switches: Pass = function* ({ steps }) {
  const before = countSwitches(steps)
  for (let from = 0; from < steps.length; from++) {
    for (let to = 0; to < steps.length; to++) {
      if (from === to) continue
      const moved = steps.toSpliced(from, 1).toSpliced(to, 0, steps[from]!)
      if (countSwitches(moved) < before && inOrder(moved)) yield { steps: moved }
    }
  }
}

/** A parent does what its child did. */
const callers: Pass = function* ({ steps }) {
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!
    const maker = steps.find(({ id }) => id === step.by)
    if (maker !== undefined) yield { steps: steps.with(i, { ...step, by: maker.by }) }
  }
}

const choices: Pass = function* ({ steps }) {
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!
    if (step.choice !== 0) yield { steps: steps.with(i, { ...step, choice: 0 }) }
    if (step.pace !== -1) yield { steps: steps.with(i, { ...step, pace: -1 }) }
    if (step.choice > 15) yield { steps: steps.with(i, { ...step, choice: step.choice % 16 }) }
  }
}

const literals: Pass = function* ({ steps }, rules) {
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!
    for (const args of simplerArguments(step, rules)) yield { steps: steps.with(i, { ...step, args }) }
  }
}

const PASSES: readonly Pass[] = [
  chunks(2),
  chunks(4),
  chunks(8),
  singles,
  processes,
  pairs,
  swaps,
  callers,
  choices,
  switches,
  literals,
]
/** The passes before this one leave out big parts, and need not be tried again. */
const FIRST_EXACT = PASSES.indexOf(singles)
/** Those from here on leave no step out: each goes on as long as it finds something, before the passes that do are tried again. */
const FIRST_SIMPLIFYING = PASSES.indexOf(callers)

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

const countSwitches = (steps: readonly Step[]): number =>
  steps.reduce((count, step, i) => count + (i > 0 && steps[i - 1]!.by !== step.by ? 1 : 0), 0)

/** Whoever is named was made before. */
function inOrder(steps: readonly Step[]): boolean {
  const made = new Set([FIRST_STEP])
  for (const step of steps) {
    if (!made.has(step.by)) return false
    for (const argument of Object.values(step.args)) if (isHandle(argument) && !made.has(argument.made)) return false
    made.add(step.id)
  }
  return true
}

const mentions = (step: Step, gone: ReadonlySet<number>): boolean =>
  Object.values(step.args).some((argument) => isHandle(argument) && gone.has(argument.made))

/**
 * The program without some steps. What a dropped call like dup made is its source from now on; a dropped child's steps
 * are its parent's; a step that names another thing which is gone goes too.
 */
export function without(program: Program, rules: Rules, places: readonly number[]): Program {
  const dropped = new Set(places)
  const standsFor = new Map<number, Argument>()
  const caller = new Map<number, number>()
  const steps: Step[] = []
  program.steps.forEach((original, place) => {
    const by = caller.get(original.by) ?? original.by
    const args = redirected(original.args, standsFor)
    if (args !== undefined && !dropped.has(place)) {
      steps.push(by === original.by && args === original.args ? original : { ...original, by, args })
      return
    }
    const source = rules.syscalls.get(original.call)?.standsFor
    standsFor.set(original.id, source === undefined ? undefined : args?.[source])
    caller.set(original.id, by)
  })
  return { steps }
}

/** Arguments with what is gone replaced by what stands for it; undefined when nothing does. */
function redirected(args: Step['args'], standsFor: ReadonlyMap<number, Argument>): Step['args'] | undefined {
  if (standsFor.size === 0) return args
  let copy: Record<string, Argument> | undefined
  for (const name in args) {
    const argument = args[name]
    if (!isHandle(argument) || !standsFor.has(argument.made)) continue
    const source = standsFor.get(argument.made)
    if (source === undefined) return undefined
    copy ??= { ...args }
    copy[name] = isHandle(source) && argument.negated === true ? { ...source, negated: true } : source
  }
  return copy ?? args
}

/** Other calls that take and make the same. */
function sameShape(rules: Rules, name: string): string[] {
  const call = rules.syscalls.get(name)!
  const shape = (other: typeof call) =>
    `${other.makes ?? ''}:${Object.entries(other.params)
      .map(([param, { kind }]) => `${param}=${kind}`)
      .join()}`
  const wanted = shape(call)
  return [...rules.syscalls.values()]
    .filter((other) => other !== call && other.name !== 'rt_sigreturn' && shape(other) === wanted)
    .map((other) => other.hashAs)
}
