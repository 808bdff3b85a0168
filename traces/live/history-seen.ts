import { linux } from '../../model/linux.ts'
import type { StepResult } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import type { Syscall } from '../../model/syscall.ts'
import { isArgumentError, parseArguments } from '../strace/args.ts'
import { differsAt } from '../check/match.ts'
import type { CallInterval, StitchEvent } from '../strace/interval.ts'
import { Naming } from '../strace/naming.ts'
import { Stitcher } from '../strace/stitch.ts'
import { FIRST_PID, withNumbers } from '../transcript.ts'
import type { LiveRun } from './live-run.ts'

const INIT = 1
const CORE = 0x80

/**
 * Whether a live run of the calls of a transcript went as the transcript says: every call came back with the same result
 * and wrote the same, or did not come back; who died died in the same way, and who stopped stopped.
 */
export function wentAs(lines: readonly string[], run: LiveRun, rules: Rules = linux): boolean {
  const stitcher = new Stitcher({ lookahead: Infinity })
  lines.forEach((line, index) => stitcher.read(withNumbers(line), index + 1))
  stitcher.finish()
  const events = stitcher.take()
  // The same calls in the same order as programOf takes.
  const calls = events.flatMap((event) =>
    event.kind === 'enter' && event.call.name !== 'rt_sigreturn' ? [event.call] : [],
  )
  const numbers = new HistoryNumbers()
  numbers.bind(INIT, INIT)
  numbers.bind(FIRST_PID, run.made.get(0)!)
  for (const [index, call] of calls.entries()) bindMade(call, index, run, rules, numbers)
  return (
    calls.every((call, index) => agreesOnCall(call, run.results[index]!, rules, numbers, events)) &&
    events.every((event) => agreesOnEvent(event, run, numbers))
  )
}

/** The numbers of a transcript all stand for something in the run, or for nothing. */
class HistoryNumbers extends Naming {
  constructor() {
    super(0, true, true)
  }

  override agrees(inHistory: number, live: number): boolean {
    return this.known(inHistory) === live
  }

  override agreesOnGroup(inHistory: number, live: number): boolean {
    return this.known(inHistory) === live
  }
}

const syscallOf = (run: LiveRun, index: number, rules: Rules): Syscall =>
  rules.syscalls.get(run.program.steps[index]!.call)!

function bindMade({ result }: CallInterval, index: number, run: LiveRun, rules: Rules, numbers: Naming): void {
  const { makes } = syscallOf(run, index, rules)
  const live = run.made.get(index + 1)
  if ((makes === 'process' || makes === 'thread') && result?.kind === 'value' && live !== undefined)
    numbers.bind(result.value, live)
}

function agreesOnCall(
  call: CallInterval,
  step: StepResult,
  rules: Rules,
  numbers: Naming,
  events: readonly StitchEvent[],
): boolean {
  const { result: live, out } = step
  const syscall = rules.syscalls.get(step.step.call)!
  if (live === 'skipped') return false
  const { result } = call
  switch (result?.kind) {
    case undefined:
    case 'none':
      return live === undefined
    case 'restart':
      return live === undefined || live === 'EINTR'
    case 'error':
    case 'value':
      break
  }
  // A signal on the way out of the call may end the process before anybody there can say how the call went.
  if (live === undefined) return isKilledLater(call, events)
  if (result.kind === 'error') return live === result.errno
  return (
    typeof live === 'number' &&
    agreesOnValue(syscall, result.value, live, numbers) &&
    agreesOnOut(call, syscall, out, numbers)
  )
}

const isKilledLater = ({ pid, enterLine }: CallInterval, events: readonly StitchEvent[]): boolean =>
  events.some((event) => event.kind === 'killed' && event.pid === pid && event.line > enterLine)

function agreesOnValue({ makes, returns }: Syscall, inHistory: number, live: number, numbers: Naming): boolean {
  switch (makes) {
    case 'shm':
    case 'sem':
    case 'msg': {
      const known = numbers.object(makes, inHistory)
      if (known === undefined) numbers.bindObject(makes, inHistory, live)
      return known === undefined || known === live
    }
    case 'mapping':
      return true
    case 'process':
    case 'thread':
      return numbers.agrees(inHistory, live)
  }
  if (returns === 'process' || returns === 'group') return inHistory === live || numbers.agrees(inHistory, live)
  return inHistory === live
}

function agreesOnOut({ args }: CallInterval, syscall: Syscall, out: StepResult['out'], numbers: Naming): boolean {
  const fields = parseArguments(args)
  return isArgumentError(fields) || differsAt(syscall, out, fields, numbers) === undefined
}

function agreesOnEvent(event: StitchEvent, run: LiveRun, numbers: Naming): boolean {
  switch (event.kind) {
    case 'exited':
      return endedWith(event.pid, event.code << 8, run, numbers)
    case 'killed':
      return endedWith(event.pid, event.signal, run, numbers)
    case 'stopped': {
      const tid = numbers.known(event.pid)
      return run.sights.some(
        (sight) => sight.kind === 'settled' && tid !== undefined && sight.standings.get(tid) === 'stopped',
      )
    }
    default:
      return true
  }
}

/** Where nobody saw the wait status, that it is dead must do. */
function endedWith(pid: number, status: number, run: LiveRun, numbers: Naming): boolean {
  const tid = numbers.known(pid)
  return run.sights.some(
    (sight) =>
      sight.kind === 'gone' && sight.tid === tid && (sight.status === undefined || (sight.status & ~CORE) === status),
  )
}
