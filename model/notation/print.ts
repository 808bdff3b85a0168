import { FIRST } from '../boot.ts'
import type { Kind } from '../params.ts'
import { isHandle, type Program, type Run, type Sight, type Step } from '../program.ts'
import type { Rules } from '../rules.ts'
import { run as follow } from '../run.ts'
import { signalName } from '../signals.ts'
import { isRestartCode, type OutValues, type Result, type Syscall } from '../syscall.ts'
import { deathStatus } from '../wait-status.ts'
import { NameBook } from './names.ts'
import { hex, printArgument, printSiginfo } from './values.ts'

const UNFINISHED = ' <unfinished ...>'

/** Results stand in this column behind a call, as strace's do. */
const RESULT_COLUMN = 40

/** A program as the transcript of the run that its choices name: strace's notation, with P0, P1 ... for pids. */
export function describeProgram(program: Program, rules: Rules): string[] {
  try {
    return describeRun(follow(rules, program, { recording: true }), rules)
  } catch (error) {
    return [...describeSteps(program), `# ${error instanceof Error ? error.message : String(error)}`]
  }
}

/** The steps alone, for a program whose run fails on its way. */
function describeSteps(program: Program): string[] {
  return program.steps.map(
    ({ id, by, call, args }) => `# step ${id} by the maker ${by}: ${call} ${JSON.stringify(args)}`,
  )
}

interface Entered {
  readonly line: number
  readonly who: string
  readonly syscall: Syscall
  readonly args: Readonly<Record<string, unknown>>
}

const inColumns = (who: string, call: string, result: string): string =>
  `${(who + call).padEnd(RESULT_COLUMN + who.length - 1)} = ${result}`

/** What was seen of a run, in the model or elsewhere. */
type Seen = Pick<Run, 'results' | 'sights'>

/** What was seen of a run, as a transcript. The run must have been recorded. `first` is the pid of P0. */
export function describeRun(run: Seen, rules: Rules, first = FIRST): string[] {
  const names = new NameBook(first)
  const lines: string[] = []
  /** By the number of their step: an execve comes back under another tid than it was entered by. */
  const entered = new Map<number, Entered>()
  meetAll(run, rules, names)
  const interruptions = interruptionsOf(run.sights)
  const syscallOf = (index: number): Syscall => rules.syscalls.get(run.results[index]!.step.call)!
  const leave = ({ line, who, syscall, args }: Entered, result: Result, out: OutValues | null): void => {
    const known = typeof result === 'string' ? withoutAnswers(syscall, args) : args
    const rest = printRest(syscall, known, out, names)
    const isLast = line === lines.length - 1
    const call = isLast ? unfinishedHead(syscall, args, names) : `<... ${syscall.name} resumed>`
    lines.splice(isLast ? line : lines.length, 1, inColumns(who, call + rest, printResult(syscall, result, names)))
  }
  for (const [place, sight] of run.sights.entries()) {
    const who = `${names.meet(sight.kind === 'exit' ? sight.pid : sight.tid)}  `
    switch (sight.kind) {
      case 'enter': {
        const syscall = syscallOf(sight.index)
        entered.set(sight.index, { line: lines.length, who, syscall, args: sight.args })
        lines.push(who + printEntry(syscall, sight.args, names))
        break
      }
      case 'leave': {
        const entry = entered.get(sight.index)
        if (entry !== undefined) leave(entry, sight.result, sight.out)
        else if (isRestartCode(syscallOf(sight.index).interrupted ?? 'EINTR'))
          lines.push(inColumns(who, 'rt_sigreturn()', printResult(syscallOf(sight.index), sight.result, names)))
        entered.delete(sight.index)
        break
      }
      case 'signal': {
        const index = interruptions.get(place)
        const entry = index === undefined ? undefined : entered.get(index)
        if (entry !== undefined) {
          leave(entry, entry.syscall.interrupted ?? 'EINTR', null)
          entered.delete(index!)
        }
        lines.push(`${who}--- ${signalName(sight.signal)} ${printSiginfo(sight, names)} ---`)
        break
      }
      case 'exit':
        lines.push(who + printDeath(sight))
    }
  }
  // What never came back shows its arguments whole, as nobody else will.
  for (const { line, who, syscall, args } of entered.values()) {
    if (lines[line]!.endsWith(UNFINISHED)) {
      const call = unfinishedHead(syscall, args, names) + printRest(syscall, args, null, names).slice(0, -1)
      lines[line] = who + call + UNFINISHED
    }
  }
  return lines
}

/**
 * The step whose call a signal interrupted, by the place of the first such signal among the sights: the call leaves the
 * kernel before the handler starts, and its result is what the handler's return gives.
 */
function interruptionsOf(sights: readonly Sight[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  const signals = new Map<number, number>()
  for (const [place, sight] of sights.entries()) {
    if (sight.kind === 'enter') signals.delete(sight.tid)
    else if (sight.kind === 'signal' && !signals.has(sight.tid)) signals.set(sight.tid, place)
    else if (sight.kind === 'leave' && sight.result === 'EINTR' && signals.has(sight.tid))
      found.set(signals.get(sight.tid)!, sight.index)
  }
  return found
}

/**
 * Every process and object gets its name before the first line: it may be named before the call that made it returns, or
 * though that call never does.
 */
function meetAll(run: Seen, rules: Rules, names: NameBook): void {
  for (const sight of run.sights) {
    if (sight.kind !== 'exit') names.meet(sight.tid)
    if (sight.kind !== 'enter' && sight.kind !== 'leave') continue
    const { step } = run.results[sight.index]!
    const syscall = rules.syscalls.get(step.call)!
    if (sight.kind === 'enter') meetNamed(syscall, step.args, sight.args, names)
    else if (typeof sight.result === 'number') meetMade(syscall, sight.result, names)
  }
}

function meetMade({ makes }: Syscall, made: number, names: NameBook): void {
  if (makes === 'process' || makes === 'thread') names.meet(made)
  else if (makes === 'shm' || makes === 'sem' || makes === 'msg') names.meetObject(makes, made)
}

/** What an argument names by a handle has been made. */
function meetNamed(
  { params }: Syscall,
  drawn: Step['args'],
  args: Readonly<Record<string, unknown>>,
  names: NameBook,
): void {
  for (const [name, param] of Object.entries(params)) {
    if (!isHandle(drawn[name])) continue
    const value = args[name] as number
    if (param.kind === 'process') names.meet(Math.abs(value))
    else if (param.kind === 'object') names.meetObject(param.of, value)
  }
}

function printEntry(syscall: Syscall, args: Readonly<Record<string, unknown>>, names: NameBook): string {
  if (syscall.name === 'exit' || syscall.name === 'exit_group') {
    return `${(unfinishedHead(syscall, args, names) + ')').padEnd(RESULT_COLUMN - 1)} = ?`
  }
  return unfinishedHead(syscall, args, names) + UNFINISHED
}

const isWritten = (param: Kind): boolean => param.kind === 'out' || (param.kind === 'lock' && param.overwritten)

/** Of a call that failed strace does not show what it would have written over, only where that is. */
const withoutAnswers = ({ params }: Syscall, args: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      params[name]?.kind === 'lock' && isWritten(params[name]) ? null : value,
    ]),
  )

/** The arguments before the first that the kernel writes are known when the call is entered. */
const firstOut = (params: Syscall['params']): number => {
  const place = Object.values(params).findIndex(isWritten)
  return place < 0 ? Object.keys(params).length : place
}

function unfinishedHead(syscall: Syscall, args: Readonly<Record<string, unknown>>, names: NameBook): string {
  const known = Object.entries(syscall.params).slice(0, firstOut(syscall.params))
  return `${syscall.name}(${known.map(([name, param]) => printArgument(param, args[name], names, name)).join(', ')}`
}

function printRest(
  syscall: Syscall,
  args: Readonly<Record<string, unknown>>,
  out: OutValues | null,
  names: NameBook,
): string {
  const first = firstOut(syscall.params)
  const rest = Object.entries(syscall.params)
    .slice(first)
    .map(([name, param]) =>
      printArgument(param, (isWritten(param) ? out?.[name] : undefined) ?? args[name], names, name),
    )
  return `${first > 0 && rest.length > 0 ? ', ' : ''}${rest.join(', ')})`
}

/** What a call returned: `-1 EBADF`, a name for what has one, an address in hexadecimal. */
export function printResult(syscall: Syscall, result: Result, names: NameBook): string {
  if (typeof result === 'string') return result.startsWith('ERESTART') ? `? ${result}` : `-1 ${result}`
  switch (syscall.makes) {
    case 'process':
    case 'thread':
      return result === 0 ? '0' : names.meet(result)
    case 'shm':
    case 'sem':
    case 'msg':
      return names.meetObject(syscall.makes, result)
    case 'mapping':
      return hex(result)
    default:
      return syscall.returns === undefined ? String(result) : names.process(result)
  }
}

function printDeath({ status }: Sight & { kind: 'exit' }): string {
  const death = deathStatus(status)
  if (typeof death === 'object' && 'exited' in death) return `+++ exited with ${death.exited} +++`
  if (typeof death === 'object' && 'signaled' in death) {
    return `+++ killed by ${signalName(death.signaled)}${death.core ? ' (core dumped)' : ''} +++`
  }
  return '+++ gone +++'
}
