import type { Kernel } from './kernel.ts'
import { linux } from './linux.ts'
import { FIRST_STEP, type Argument, type StepResult } from './program.ts'
import type { Rules } from './rules.ts'
import { Runner } from './run.ts'
import { flagSet } from './params.ts'
import { NO_SIGNALS, setOfSignals, type SignalSet } from './state/signal-set.ts'
import type { ActionFlag, SignalAction } from './state/signals.ts'

/** The process in which a played program starts; others go by the number of the step that made them. */
export const P0 = FIRST_STEP

/** A program that is made up call by call while it runs, each call settling before the next: what tests play. */
export class Played {
  readonly runner: Runner
  private steps = 0

  constructor(rules: Rules = linux) {
    this.runner = new Runner(rules)
  }

  get kernel(): Kernel {
    return this.runner.kernel
  }

  /** Make a call; its result is in the answer once it is back. `choice` picks among what Linux allows. */
  call(
    by: number,
    name: string,
    args: Readonly<Record<string, Argument>> = {},
    { choice = 0, pace = -1 } = {},
  ): StepResult {
    return this.runner.take({ id: ++this.steps, by, call: name, args, choice, pace })
  }

  /** Make a child, by `fork` if no other call is named; returns the name under which it goes. */
  child(by: number, name = 'fork', args: Readonly<Record<string, Argument>> = {}): number {
    return this.call(by, name, args).step.id
  }

  /** The pid or tid behind a name. */
  pid(name: number): number {
    return name === P0 ? 2 : this.runner.madeBy(name)![0]!
  }

  /** Set a disposition. */
  action(by: number, sig: number, handler: SignalAction['handler'], flags: ActionFlag[] = [], mask = NO_SIGNALS): void {
    this.call(by, 'rt_sigaction', { sig, act: actionTo(handler, flags, mask), oldact: null, sigsetsize: 8 })
  }

  block(by: number, ...signals: number[]): void {
    this.mask(by, 'SIG_BLOCK', setOfSignals(...signals))
  }

  unblock(by: number, ...signals: number[]): void {
    this.mask(by, 'SIG_UNBLOCK', setOfSignals(...signals))
  }

  private mask(by: number, how: string, set: SignalSet): void {
    this.call(by, 'rt_sigprocmask', { how, set, oldset: null, sigsetsize: 8 })
  }

  kill(by: number, target: number, sig: number): StepResult {
    return this.call(by, 'kill', { pid: named(target), sig })
  }

  exit(by: number, status = 0): void {
    this.call(by, 'exit_group', { status })
  }

  /** wait4 for any child, or for one. */
  wait(by: number, child: number | 'any' = 'any', ...options: string[]): StepResult {
    const pid = child === 'any' ? -1 : named(child)
    return this.call(by, 'wait4', { pid, options: flagSet(...options) })
  }

  waitid(by: number, child: number | 'any', ...options: string[]): StepResult {
    const who = child === 'any' ? { idtype: 'P_ALL', id: 0 } : { idtype: 'P_PID', id: named(child) }
    return this.call(by, 'waitid', { ...who, options: flagSet(...options) })
  }
}

export const actionTo = (
  handler: SignalAction['handler'],
  flags: readonly ActionFlag[] = [],
  mask = NO_SIGNALS,
): SignalAction => ({ handler, mask, flags: flagSet(...flags) })

/** Who a step made, as an argument. */
export const named = (name: number): Argument => ({ made: name })

/** The flags with which the C library makes a thread. */
export const PTHREAD = {
  flags: flagSet('CLONE_VM', 'CLONE_FS', 'CLONE_FILES', 'CLONE_SIGHAND', 'CLONE_THREAD', 'CLONE_SYSVSEM'),
  exit_signal: 0,
  size: 88,
}
