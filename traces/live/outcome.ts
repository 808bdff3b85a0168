import { NameBook } from '../../model/notation/names.ts'
import { printResult } from '../../model/notation/print.ts'
import { printOut } from '../../model/notation/values.ts'
import { FIRST_STEP, type Program, type StepResult } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { REPORTED } from './structures.ts'

/**
 * What came of a program: a line for each step, the same for the model and for the live kernel. Processes and objects
 * bear the names of the steps that made them, so that numbers that differ by chance do not make two outcomes.
 */
export type OutcomeLines = readonly string[]

/** `made` has the tids by the step's id. */
export function outcomeOf(
  program: Program,
  results: readonly Pick<StepResult, 'result' | 'out'>[],
  made: ReadonlyMap<number, number>,
  rules: Rules,
): OutcomeLines {
  const names = namesOf(program, results, made, rules)
  return program.steps.map((step, index) => {
    const { result, out } = results[index]!
    const syscall = rules.syscalls.get(step.call)!
    const by = made.get(step.by)
    const call = `${by === undefined ? 'nobody' : names.process(by)}  ${syscall.name}`
    if (result === undefined) return `${call} never returns`
    if (result === 'skipped') return `${call} is not made`
    if (syscall.makes === 'mapping' && typeof result === 'number') return `${call} = an address`
    const values = Object.entries(out ?? {}).flatMap(([name, value]) => {
      const param = syscall.params[name]
      // Of no bytes at all the model says nothing.
      if (value === undefined || value === null || value === '' || param?.kind !== 'out') return []
      if (param.shape === 'data') return [printOut('data', (value as string).slice(0, REPORTED), names)]
      return param.shape === 'wait-status' || param.shape === 'siginfo' ? [printOut(param.shape, value, names)] : []
    })
    return [`${call} = ${printResult(syscall, result, names)}`, ...values].join(', ')
  })
}

/** Names in the order of the steps that made what bears them. */
function namesOf(
  { steps }: Program,
  results: readonly Pick<StepResult, 'result' | 'out'>[],
  made: ReadonlyMap<number, number>,
  rules: Rules,
): NameBook {
  const names = new NameBook(made.get(FIRST_STEP))
  steps.forEach(({ id, call }, index) => {
    const { makes } = rules.syscalls.get(call)!
    const { result } = results[index]!
    const tid = made.get(id)
    if (tid !== undefined) names.meet(tid)
    else if ((makes === 'shm' || makes === 'sem' || makes === 'msg') && typeof result === 'number')
      names.meetObject(makes, result)
  })
  return names
}

/** Whether what was seen is what the model lists, which may say nothing of bytes that were read or of a signal's value. */
export const agreesOnOutcome = (listed: OutcomeLines, seen: OutcomeLines): boolean =>
  listed.length === seen.length &&
  listed.every((line, index) => {
    const other = seen[index]!
    return line === other || other.startsWith(`${line}, `) || line === other.replace(/, si_int=-?\d+/, '')
  })
