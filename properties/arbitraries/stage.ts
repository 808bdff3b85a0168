import { flagSet } from '../../model/params.ts'
import { FIRST_STEP, type Handle, type Step } from '../../model/program.ts'
import { NO_SIGNALS, setOfSignals } from '../../model/state/signal-set.ts'
import type { Dice } from './dice.ts'
import type { Subject } from './themes.ts'

/** The step that made somebody or something; undefined when it could not be made. */
export type Made = number | undefined

/** Where a scene is set: the program as far as it is written. */
export interface Stage {
  readonly dice: Dice
  /**
   * Add a call by the process or thread that a step made. Arguments that are not given are drawn. Undefined, and no step,
   * when the caller cannot call, when a thing that it names was never made, or when it would only fail, except in
   * programs that ask for errors.
   */
  act(by: Made, call: string, args?: Step['args'], timing?: Pick<Step, 'choice' | 'pace'>): Made
}

/** The caller's call is over before anybody else goes on. */
export const AT_ONCE = { choice: 16, pace: 2 }

/** The caller is back in user mode before those whom its call woke go on. */
export const HURRIED = { choice: 0, pace: 2 }

/**
 * A few steps that bring about what random calls rarely do, for random calls to go on from. A scene has no deed of its
 * own: it makes those present who may do one.
 */
export interface Scene {
  /** What the calls after it are mostly about. */
  readonly subjects: readonly Subject[]
  /** Much is under way when it ends: the calls that follow should not wait for it. */
  readonly hurries?: true
  readonly set: (stage: Stage) => void
}

export const thing = (made: Made, part = 0): Handle | undefined =>
  made === undefined ? undefined : part === 0 ? { made } : { made, part }

export const READ_WRITE = flagSet('O_RDWR', 'O_CREAT')
const THREAD = flagSet(
  'CLONE_VM', 'CLONE_FS', 'CLONE_FILES', 'CLONE_SIGHAND', 'CLONE_THREAD', 'CLONE_SYSVSEM', 'CLONE_SETTLS',
  'CLONE_PARENT_SETTID', 'CLONE_CHILD_CLEARTID',
) // prettier-ignore
const SHARING_UNDO = flagSet('CLONE_SYSVSEM', 'SIGCHLD')
export const SEMVMX = 32767

export const fork = (stage: Stage, by: Made = FIRST_STEP): Made => stage.act(by, 'fork')
export const thread = (stage: Stage, by: Made = FIRST_STEP): Made =>
  stage.act(by, 'clone3', { flags: THREAD, exit_signal: 0 })
export const openFile = (stage: Stage, by: Made): Made => stage.act(by, 'open', { pathname: 'f', flags: READ_WRITE })
export const signal = (stage: Stage, by: Made, to: Made, ...signals: number[]): Made =>
  stage.act(by, 'kill', { pid: thing(to), sig: stage.dice.pick(signals) })

/** A handler, or none of it: now and then the signal is ignored or blocked instead. */
export function minds(stage: Stage, by: Made, ...signals: number[]): void {
  const sig = stage.dice.pick(signals)
  if (stage.dice.percent(25)) {
    stage.act(by, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: setOfSignals(...signals) })
  } else {
    const handler = stage.dice.percent(80) ? 'handler' : 'SIG_IGN'
    stage.act(by, 'rt_sigaction', { sig, act: { handler, mask: NO_SIGNALS, flags: flagSet() } })
  }
}

export const clone = (stage: Stage, by: Made): Made => stage.act(by, 'clone', { child_stack: 0, flags: SHARING_UNDO })
