import * as fc from 'fast-check'
import { answer, isBlocked, isUndecided, type Outcome, type Result } from '../../model/syscall.ts'
import type { Argument, Program, Step } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import type { Runner } from '../../model/run.ts'
import { judge, hold, type Checks, type Judged } from '../hold.ts'
import { Dice } from './dice.ts'
import { Inventory } from './inventory.ts'
import { ERROR_SCENES } from './error-scenes.ts'
import { SCENES } from './scenes.ts'
import { nextSmaller, START, type Cursor } from './shrink.ts'
import type { Scene, Stage } from './stage.ts'
import { drawables, drawMix, mixFor, type Drawable, type Mix } from './themes.ts'
import type { Situation } from './values.ts'

export interface ProgramOptions {
  readonly rules: Rules
  readonly checks: Checks
  /** Steps at the most; 40 when absent. */
  readonly maxSteps?: number
  /** Share of steps, of a hundred, that may be made to fail on purpose; 3 when absent. */
  readonly errors?: number
  /** Keep the sights of a run, which comparisons need. */
  readonly recording?: boolean
  /** Every program begins with one of these; by default half of them begin with one of those that are known here. */
  readonly scenes?: readonly Scene[]
  /** The name of what is wrong with a run; by default that of the invariant that it breaks. */
  readonly verdict?: (judged: Judged) => string | undefined
}

/** Processes and threads alive at once, beside init, at which a program makes no more. */
const CROWD = 7
/** The last steps of most programs, in which death is likely. */
const ENDING = 5
const DEATHS_AT_THE_END = 40
/** Programs of a hundred that begin with a scene. */
const WITH_SCENE = 50
const ASKING_WITH_SCENE = 85
/** How many steps may follow a scene. */
const AFTER_SCENE = [4, 8, 8, 16]
/** How a program's calls follow upon each other. */
interface Haste {
  /** Calls of a hundred after which all happens that can. */
  readonly settled: number
  /** Otherwise fewer events than this happen before the next call. */
  readonly events: number
  /** Choices of a hundred that take the first way. */
  readonly first: number
}
const CALM: Haste = { settled: 100, events: 1, first: 70 }
const BRISK: Haste = { settled: 65, events: 7, first: 70 }
const HURRIED: Haste = { settled: 40, events: 4, first: 40 }
const HASTES = [CALM, CALM, CALM, BRISK, BRISK, HURRIED]
/** Steps of a scene mostly leave nothing to happen. */
const SETTLED = { choice: 0, pace: -1 }
/** Programs of a hundred that ask for errors, and the share of their steps that do, of a hundred. */
const ASKING = 12
const ASKED = 60
/** How many more steps they may have. */
const MORE = 12
/** Draws of one step that is to fail. */
const TRIES = 25
/** Draws of one step before the program ends early, and those of them that a rule may refuse. */
const DRAWS = 60
const REFUSALS = 12

/**
 * Programs that do something: each step is drawn while the model runs those before it, by a thread that can call, and is
 * drawn again when its rule would only answer with an error. The properties are judged on the way; `judged` gives the
 * verdict without running the program again.
 */
export class ProgramArbitrary extends fc.Arbitrary<Program> {
  private readonly options: Required<Omit<ProgramOptions, 'scenes'>> & Pick<ProgramOptions, 'scenes'>
  private readonly calls: ReadonlyMap<string, Drawable>
  /**
   * The program that was asked about last: drawing, judging and shrinking it follow upon each other. A table by weak
   * references would keep the run of every program alive through the collections of the young.
   */
  private last: Verdict | undefined
  private readonly asking = new WeakSet<Program>()

  constructor(options: ProgramOptions) {
    super()
    this.options = { maxSteps: 40, errors: 3, recording: false, verdict: nameOfViolation, ...options }
    this.calls = new Map(drawables(options.rules).map((call) => [call.name, call]))
  }

  /** The run of a program and what is wrong with it; not worked out again when it is asked for at once. */
  judged(program: Program): Judged {
    return this.verdictOn(program).judged
  }

  private verdictOn(program: Program): Verdict {
    if (this.last?.judged.program !== program) {
      const { rules, checks, recording } = this.options
      this.last = { judged: hold(rules, checks, program, recording) }
    }
    return this.last
  }

  /** Whether many steps of a program that was drawn here are meant to fail. */
  asksForErrors(program: Program): boolean {
    return this.asking.has(program)
  }

  override generate(random: fc.Random): fc.Value<Program> {
    const dice = new Dice(random)
    const { rules, checks, recording } = this.options
    const steps: Step[] = []
    const { maxSteps } = this.options
    const asks = dice.percent(ASKING)
    const { scenes } = this.options
    const scene = scenes === undefined ? drawScene(dice, asks) : dice.pick(scenes)
    const mix = scene === undefined ? drawMix(dice, this.calls) : mixFor(dice, this.calls, scene.subjects)
    const haste = scene?.hurries === true ? HURRIED : dice.pick(HASTES)
    const doomed = dice.percent(70)
    const verdict = judge(
      rules,
      checks,
      (runner) => {
        const author = new Author(runner, dice, mix, asks ? ASKED : this.options.errors, haste, this.calls, steps)
        scene?.set(author)
        let length = scene === undefined ? drawLength(dice, maxSteps) : drawSceneLength(dice, steps.length, maxSteps)
        if (asks) length = Math.min(maxSteps, length + dice.below(MORE))
        while (steps.length < length && !runner.stopped) {
          const ending = doomed && steps.length >= length - ENDING
          const call = author.next(ending)
          if (call === undefined) return
          author.take(call)
        }
      },
      recording,
    )
    const program: Program = { steps }
    this.last = { judged: { program, ...verdict } }
    if (asks) this.asking.add(program)
    return new fc.Value(program, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is Program {
    return typeof value === 'object' && value !== null && 'steps' in value
  }

  /** At most one: the next smaller program that breaks the same property. Each step of a path is therefore 0. */
  override shrink(program: Program, context: unknown): fc.Stream<fc.Value<Program>> {
    const wanted = this.signature(program)
    if (wanted === undefined) return fc.Stream.nil()
    const cursor = context === undefined ? START : (context as Cursor)
    const next = nextSmaller(program, cursor, this.options.rules, this.signature, wanted)
    return next === undefined ? fc.Stream.nil() : fc.Stream.of(new fc.Value(next.program, next.cursor))
  }

  /** The name of what a program does wrong. */
  readonly signature = (program: Program): string | undefined => {
    const verdict = this.verdictOn(program)
    verdict.signature ??= { name: this.options.verdict(verdict.judged) }
    return verdict.signature.name
  }
}

/** The run of one program, and the name of what it does wrong once that was asked for. */
interface Verdict {
  readonly judged: Judged
  signature?: { readonly name: string | undefined }
}

function drawScene(dice: Dice, asks: boolean): Scene | undefined {
  if (!dice.percent(asks ? ASKING_WITH_SCENE : WITH_SCENE)) return undefined
  return dice.pick(asks ? ERROR_SCENES : SCENES)
}

const nameOfViolation = ({ violation }: Judged): string | undefined => violation?.name

function drawLength(dice: Dice, max: number): number {
  const longest = dice.pick([Math.ceil(max / 4), Math.ceil(max / 2), max, max])
  return 1 + dice.below(longest)
}

/** A scene is followed by a few calls, so that its people meet before they are scattered. */
function drawSceneLength(dice: Dice, steps: number, max: number): number {
  return Math.min(max, steps + 1 + dice.below(dice.pick(AFTER_SCENE)))
}

/** A step that is worth taking, and the call that it makes. */
interface Drawn {
  readonly step: Step
  readonly call: Drawable
}

/** Writes one program, step by step, beside the runner that carries it out. */
class Author implements Stage {
  readonly dice: Dice
  private readonly runner: Runner
  private readonly mix: Mix
  private readonly errors: number
  private readonly haste: Haste
  private readonly inventory: Inventory
  private able: number[] = []
  private readonly calls: ReadonlyMap<string, Drawable>
  private readonly steps: Step[]
  /** Errors that the program has drawn on purpose, by call: another of the same kind shows nothing more. */
  private readonly drawnErrors = new Set<string>()
  private lastBy = 0

  constructor(
    runner: Runner,
    dice: Dice,
    mix: Mix,
    errors: number,
    haste: Haste,
    calls: ReadonlyMap<string, Drawable>,
    steps: Step[],
  ) {
    this.runner = runner
    this.dice = dice
    this.mix = mix
    this.errors = errors
    this.haste = haste
    this.calls = calls
    this.steps = steps
    this.inventory = new Inventory(runner)
  }

  /** A step worth taking; undefined when nobody can call. */
  next(ending: boolean): Drawn | undefined {
    const { dice, runner } = this
    const by = this.drawCaller()
    if (by === undefined) return undefined
    if (dice.percent(this.errors)) {
      const failing = this.failing(by)
      if (failing !== undefined) return failing
    }
    const situation = this.situationOf(by, false)
    let refusals = 0
    for (let draws = 0; draws < DRAWS && refusals < REFUSALS; draws++) {
      const call = this.drawCall(ending)
      if (call.multiplies && runner.kernel.threads.size > CROWD) continue
      if (call.deadly && !ending && this.able.length === 1 && dice.percent(85)) continue
      const args = drawArguments(situation, call, {})
      if (args === undefined) continue
      const choice = this.worthwhile(situation, call, args)
      if (choice < 0) {
        refusals++
        continue
      }
      return this.drawn(by, call, args, choice)
    }
    return undefined
  }

  /** A step of which some outcome is an error; undefined when none was found. */
  private failing(by: number): Drawn | undefined {
    const situation = this.situationOf(by, true)
    for (let tries = 0; tries < TRIES; tries++) {
      const call = this.dice.pick(this.mix.calls)
      const args = drawArguments(situation, call, {})
      const outcomes = args && this.outcomesOf(situation, call, args)
      const isNew = ({ result }: Outcome) => this.isNewError(call, result)
      const place = (this.dice.percent(50) ? outcomes?.findIndex(isNew) : outcomes?.findLastIndex(isNew)) ?? -1
      if (args === undefined || place < 0) continue
      this.drawnErrors.add(`${call.name} ${outcomes![place]!.result}`)
      return this.drawn(by, call, args, place)
    }
    return undefined
  }

  private isNewError({ name }: Drawable, result: Result): boolean {
    return typeof result === 'string' && !this.drawnErrors.has(`${name} ${result}`)
  }

  private drawn(by: number, call: Drawable, args: Step['args'], choice: number): Drawn {
    return { step: { id: this.steps.length + 1, by, call: call.name, args, choice, pace: this.drawPace() }, call }
  }

  private outcomesOf(
    { kernel, caller }: Situation,
    { syscall }: Drawable,
    drawn: Step['args'],
  ): readonly Outcome[] | undefined {
    const args = this.runner.resolve(drawn)
    if (args === undefined) return undefined
    const answered = answer(kernel, caller, { syscall, args })
    return isUndecided(answered) || isBlocked(answered) ? undefined : answered
  }

  take({ step, call }: Drawn): void {
    const tid = this.runner.tidOf(step.by)!
    this.steps.push(step)
    this.lastBy = step.by
    this.runner.take(step)
    this.inventory.note(step, call.syscall, tid)
  }

  act(
    by: number | undefined,
    name: string,
    given: Step['args'] = {},
    timing: Pick<Step, 'choice' | 'pace'> = SETTLED,
  ): number | undefined {
    const { runner } = this
    const call = this.calls.get(name)
    if (call === undefined || by === undefined || runner.stopped || this.drawCaller() === undefined) return undefined
    if (!this.able.includes(by)) return undefined
    for (const parameter in given)
      if (!(parameter in call.syscall.params)) throw new Error(`${name} has no parameter ${parameter}`)
    const situation = this.situationOf(by, false)
    const args = drawArguments(situation, call, given)
    if (args === undefined) return undefined
    const refused = this.choiceFor(situation, call, args, this.able.length > 1) < 0
    if (refused && (this.errors < ASKED || this.outcomesOf(situation, call, args) === undefined)) return undefined
    const id = this.steps.length + 1
    this.take({ step: { id, by, call: name, args, ...timing }, call })
    return id
  }

  private situationOf(by: number, wild: boolean): Situation {
    const { runner, dice, inventory } = this
    const { kernel } = runner
    return { kernel, caller: kernel.threads.at(runner.tidOf(by)!), dice, inventory, wild }
  }

  private drawCall(ending: boolean): Drawable {
    const { dice, mix } = this
    if (ending && mix.deadly.length > 0 && dice.percent(DEATHS_AT_THE_END)) return dice.pick(mix.deadly)
    return mix.calls[dice.weighted(mix.runningSums)]!
  }

  private drawCaller(): number | undefined {
    const { inventory, runner, dice } = this
    const able: number[] = []
    this.able = able
    for (const step of inventory.threads) if (runner.canCall(step)) able.push(step)
    if (able.length === 0) return undefined
    return dice.percent(30) && able.includes(this.lastBy) ? this.lastBy : dice.pick(able)
  }

  /**
   * A choice by which the call does something: no error, and no wait that leaves nobody to end it, save now and then; -1
   * when there is none.
   */
  private worthwhile(situation: Situation, call: Drawable, drawn: Step['args']): number {
    return this.choiceFor(situation, call, drawn, this.dice.percent(this.able.length > 1 ? 60 : 3))
  }

  private choiceFor(
    { kernel, caller }: Situation,
    { syscall }: Drawable,
    drawn: Step['args'],
    sleeps: boolean,
  ): number {
    const args = this.runner.resolve(drawn)
    if (args === undefined) return -1
    const answered = answer(kernel, caller, { syscall, args })
    if (isUndecided(answered)) return -1
    if (isBlocked(answered) || answered[0]!.goesOn === 'asleep') return sleeps ? this.drawChoice() : -1
    const choice = this.drawChoice()
    if (acts(answered[choice % answered.length]!)) return choice
    const place = answered.findIndex(acts)
    return place < 0 && REVEALING.has(answered[0]!.result) && this.dice.percent(30) ? 0 : place
  }

  private drawChoice(): number {
    return this.dice.percent(this.haste.first) ? 0 : this.dice.below(256)
  }

  private drawPace(): number {
    const { dice, haste } = this
    return dice.percent(haste.settled) ? -1 : dice.below(haste.events)
  }
}

/** Errors that tell of what others hold: they are worth a call now and then. */
const REVEALING: ReadonlySet<Result> = new Set<Result>(['EAGAIN', 'EDEADLK', 'ERANGE'])

/** It succeeds, or its error changes something: EPIPE brings SIGPIPE, a failed flock has lost its lock. */
const acts = ({ result, effect }: Outcome): boolean => typeof result === 'number' || effect !== undefined

/** Those given, and the others drawn; undefined when there is nothing to name. */
function drawArguments(situation: Situation, call: Drawable, given: Step['args']): Step['args'] | undefined {
  const values: Argument[] = []
  for (const [name, draw] of call.draws) {
    const argument = name in given ? given[name] : draw(situation)
    if (argument === undefined) return undefined
    values.push(argument)
  }
  return call.makeArguments(values)
}
