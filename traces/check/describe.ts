import type { Names } from '../../model/notation/names.ts'
import { printArgument, printOut } from '../../model/notation/values.ts'
import { signalName } from '../../model/signals.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import type { Outcome, Syscall } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Naming } from '../strace/naming.ts'

const LONGEST = 160

/** A call as the capture shows it, on one line. */
export function describeCall({ name, args, result }: CallInterval): string {
  const text = args.length > LONGEST ? `${args.slice(0, LONGEST)}...` : args
  switch (result?.kind) {
    case undefined:
      return `${name}(${text})`
    case 'value':
      return `${name}(${text}) = ${result.value}`
    case 'error':
      return `${name}(${text}) = -1 ${result.errno}`
    case 'restart':
      return `${name}(${text}) = ? ${result.code}`
    case 'none':
      return `${name}(${text}) = ?`
  }
}

/** An outcome that the model allows, with the numbers of the capture. */
export function describeOutcome(syscall: Syscall, outcome: Outcome, naming: Naming): string {
  const { result, out } = outcome
  if (outcome.noReturn === true && !syscall.name.startsWith('execve')) return `${syscall.name} does not return`
  const process = syscall.returns === 'process' && typeof result === 'number' ? naming.realOf(result) : undefined
  const shown = typeof result === 'string' ? `-1 ${result}` : String(process ?? result)
  const values = Object.entries(out ?? {}).map(
    ([name, value]) => `${name} ${describeValue(syscall, name, value, naming)}`,
  )
  return [`${syscall.name} = ${shown}`, ...values].join(', ')
}

/** A wait status in words, anything else as strace would show it, with the pids of the capture. */
function describeValue({ params }: Syscall, name: string, value: unknown, naming: Naming): string {
  if (typeof value === 'object' && value !== null) {
    if ('exited' in value) return `exited with ${String(value.exited)}`
    if ('signaled' in value) return `killed by ${signalName(value.signaled as number)}`
    if ('stopped' in value) return `stopped by ${signalName(value.stopped as number)}`
  }
  const param = params[name]
  if (param === undefined) return String(value)
  return param.kind === 'out'
    ? printOut(param.shape, value, namesOf(naming))
    : printArgument(param, value, namesOf(naming), name)
}

const namesOf = (naming: Naming): Names => ({
  process(number) {
    const real = naming.realOf(Math.abs(number))
    return String(real === undefined ? number : number < 0 ? -real : real)
  },
  object: (_kind, id) => String(id),
})

export function describeSignals(infos: readonly Siginfo[]): string {
  return infos.length === 0
    ? 'no signal: none is pending'
    : infos.map((info) => `${signalName(info.signal)} (${info.code})`).join(', ')
}

/** Where the rule of a call stands, and what it rests on. */
export const ruleOf = (syscall: Syscall): { rule: string; source: string } => ({
  rule: `model/syscalls/${syscall.name}.ts`,
  source: syscall.source,
})
