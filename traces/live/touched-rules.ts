import type { KernelFunctions } from '../../model/functions/index.ts'
import type { ExecPhase, ExitPhase, Rules } from '../../model/rules.ts'

/** Which parts of the rules, by name: kernel functions, rules of calls, phases of exit and of exec. */
export type Parts = ReadonlySet<string>

const partsOf = ({ fn, syscalls, exitPhases, execPhases }: Rules): Map<string, unknown> =>
  new Map<string, unknown>([
    ...Object.entries(fn).map(([name, part]) => [`function ${name}`, part] as const),
    ...[...syscalls].map(([name, part]) => [`call ${name}`, part] as const),
    ['exit phases', exitPhases],
    ['exec phases', execPhases],
  ])

/** The parts that a patch replaces. */
export function patchedParts(rules: Rules, patched: Rules): Parts {
  const before = partsOf(rules)
  return new Set([...partsOf(patched)].flatMap(([name, part]) => (before.get(name) === part ? [] : [name])))
}

type Rule = (...args: unknown[]) => unknown

/**
 * The same rules, and the parts of them that were asked since `touched` was last emptied. Where none of the parts that a
 * patch replaces is asked, the patched rules say the same.
 */
export function noting(rules: Rules): { readonly rules: Rules; readonly touched: Set<string> } {
  const touched = new Set<string>()
  const noted =
    (name: string, rule: Rule): Rule =>
    (...args) => {
      touched.add(name)
      return rule(...args)
    }
  const fn = Object.fromEntries(
    Object.entries(rules.fn).map(([name, part]) => [name, noted(`function ${name}`, part as Rule)]),
  ) as unknown as KernelFunctions
  const syscalls = new Map(
    [...rules.syscalls].map(([name, syscall]) => [
      name,
      { ...syscall, rule: noted(`call ${name}`, syscall.rule as Rule) as typeof syscall.rule },
    ]),
  )
  const phases = <P extends ExitPhase | ExecPhase>(name: string, list: readonly P[]): P[] =>
    list.map((phase) => ({ ...phase, run: noted(name, phase.run as Rule) as P['run'] }))
  return {
    touched,
    rules: {
      fn,
      syscalls,
      exitPhases: phases('exit phases', rules.exitPhases),
      execPhases: phases('exec phases', rules.execPhases),
    },
  }
}
