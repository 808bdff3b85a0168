import { FIRST_STEP, isHandle, type Program, type Step } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { NO_SIGNALS } from '../../model/state/signal-set.ts'
import { SIGCHLD } from '../../model/signals.ts'
import { flagSet } from '../../model/params.ts'
import type { Made, Scene, Stage } from './stage.ts'
import { subjectsOfCalls } from './themes.ts'

/**
 * A program as a scene: its calls, for others on the same subjects to follow. As often as not they are made by a child of
 * the first process, which is left to see what comes of them. What cannot be done in a program is left out.
 */
export function retold(program: Program, rules: Rules): Scene {
  const syscalls = program.steps.flatMap(({ call }) => rules.syscalls.get(call) ?? [])
  return {
    subjects: [...subjectsOfCalls(syscalls), 'waits'],
    set(stage) {
      const made = new Map<number, Made>([[FIRST_STEP, stage.dice.percent(50) ? FIRST_STEP : actor(stage)]])
      for (const step of program.steps) {
        const args = translated(step.args, made)
        if (args !== undefined) made.set(step.id, stage.act(made.get(step.by), step.call, args))
      }
    },
  }
}

/** Whoever looks on may be told of its child's death. */
function actor(stage: Stage): Made {
  const minds = { handler: 'handler', mask: NO_SIGNALS, flags: flagSet() }
  if (stage.dice.percent(25)) stage.act(FIRST_STEP, 'rt_sigaction', { sig: SIGCHLD, act: minds })
  return stage.act(FIRST_STEP, 'fork')
}

/** The same arguments, by the steps of another program; undefined when one names what was not made there. */
function translated(args: Step['args'], made: ReadonlyMap<number, Made>): Step['args'] | undefined {
  const found: Record<string, unknown> = {}
  for (const [name, argument] of Object.entries(args)) {
    const step = isHandle(argument) ? made.get(argument.made) : undefined
    if (isHandle(argument) && step === undefined) return undefined
    found[name] = isHandle(argument) ? { ...argument, made: step } : argument
  }
  return found
}
