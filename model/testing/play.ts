import { FIRST } from '../boot.ts'
import type { Kernel } from '../kernel.ts'
import { linux } from '../linux.ts'
import type { StepResult } from '../program.ts'
import type { Rules } from '../rules.ts'
import { Runner, type Observer } from '../run.ts'
import { flagSet } from '../params.ts'
import { setOfSignals, withSignals } from '../state/signal-set.ts'
import { DEFAULT_ACTION, type ActionFlag, type SignalAction } from '../state/signals.ts'

/** A program made up call by call, by pids; between two calls the kernel does all that it can. For tests. */
export class Play {
  static readonly first = FIRST
  readonly runner: Runner
  private steps = 0

  constructor(rules: Rules = linux, observer?: Observer) {
    this.runner = new Runner(rules, observer)
  }

  get kernel(): Kernel {
    return this.runner.kernel
  }

  /** The step's record: `result` is undefined while the call waits, and 'skipped' when the process could not make it. */
  step(pid: number, call: string, args: Record<string, unknown> = {}, choice = 0): StepResult {
    const by = this.runner.makerOf(pid) ?? 0
    return this.runner.take({ id: ++this.steps, by, call, args, choice, pace: -1 })
  }

  call(pid: number, call: string, args: Record<string, unknown> = {}, choice = 0): StepResult['result'] {
    return this.step(pid, call, args, choice).result
  }

  fork(pid: number): number {
    return this.call(pid, 'fork') as number
  }

  kill(pid: number, target: number, sig: number): void {
    this.call(pid, 'kill', { pid: target, sig })
  }

  exit(pid: number, status = 0): void {
    this.call(pid, 'exit_group', { status })
  }

  wait(pid: number, child = -1): StepResult['result'] {
    return this.call(pid, 'wait4', { pid: child, options: flagSet('WUNTRACED') })
  }

  /** As sigaction(2) would, at once. */
  handle(pid: number, signal: number, handler: SignalAction['handler'], ...flags: ActionFlag[]): void {
    const row = this.kernel.processes.edit(pid)
    const actions = row.actions.slice()
    while (actions.length <= signal) actions.push(undefined)
    actions[signal] = { ...DEFAULT_ACTION, handler, flags: new Set(flags) }
    row.actions = actions
  }

  /** As sigprocmask(2) would, at once. */
  block(pid: number, ...signals: number[]): void {
    const row = this.kernel.threads.edit(pid)
    row.blocked = withSignals(row.blocked, setOfSignals(...signals))
  }

  /** Signals that wait for a process as a whole, oldest first. */
  pending(pid: number): number[] {
    return this.kernel.processes.at(pid).pending.map(({ signal }) => signal)
  }

  /** A new process group with the child alone in it. */
  own(parent: number, child: number): number {
    this.call(parent, 'setpgid', { pid: child, pgid: child })
    return child
  }
}
