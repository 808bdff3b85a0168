import type { Kernel } from './kernel.ts'
import type { Result } from './syscall.ts'

/**
 * A program: calls by named processes, in an order, with the choices that fix one path of the model.
 *
 * Operands are handles, "what step 4 made", not numbers: without step 4 its users can be redirected or dropped, and the
 * rest keeps its meaning. Numbers appear when a program runs or is printed.
 */
export interface Program {
  readonly steps: readonly Step[]
}

export interface Step {
  /** Names the step and what it makes; unique in the program; FIRST_STEP is kept for the first process. */
  readonly id: number
  /** The step that made the calling process or thread. */
  readonly by: number
  /** `Syscall.hashAs`. */
  readonly call: string
  readonly args: Readonly<Record<string, Argument>>
  /** Chooses among the outcomes, deliveries and orders that Linux allows; 0 takes the first of each. */
  readonly choice: number
  /** How many internal events happen before the next call; -1: all that can. */
  readonly pace: number
}

/** The id by which steps name the process that runs first. */
export const FIRST_STEP = 0

/** A handle, or a value as the call's rule takes it, which is never an object with a `made` field. */
export type Argument = unknown

/** What a step made: `part` 1 is a pipe's writing end. A process group is written as its leader with `negated`. */
export interface Handle {
  readonly made: number
  readonly part?: number
  readonly negated?: boolean
}

export const isHandle = (argument: Argument): argument is Handle =>
  typeof argument === 'object' && argument !== null && 'made' in argument

/** What happened to one step of a program. */
export interface StepResult {
  readonly step: Step
  /** What it returned; undefined while it waits, or when its caller died first; 'skipped' when it could not be made. */
  result: Result | 'skipped' | undefined
  out: Readonly<Record<string, unknown>> | null
}

/** What was seen from outside, in order: as much as a trace of the run would show. */
export type Sight =
  | {
      readonly kind: 'enter'
      readonly tid: number
      readonly index: number
      readonly args: Readonly<Record<string, unknown>>
    }
  | {
      readonly kind: 'leave'
      readonly tid: number
      readonly index: number
      readonly result: Result
      readonly out: StepResult['out']
    }
  | {
      readonly kind: 'signal'
      readonly tid: number
      readonly signal: number
      readonly code: string
      readonly pid: number
      readonly status?: number
    }
  | { readonly kind: 'exit'; readonly pid: number; readonly status: number }

export interface Run {
  readonly kernel: Kernel
  readonly results: readonly StepResult[]
  /** Labelled transitions taken. */
  readonly events: number
  readonly sights: readonly Sight[]
}
