import type { KernelFunctions } from './functions/index.ts'
import type { Kernel } from './kernel.ts'
import type { ThreadState } from './lifecycle/thread.ts'
import type { Thread } from './state/threads.ts'
import type { Syscall } from './syscall.ts'

export type ExitingState = Extract<ThreadState, `exiting.${string}`>

/**
 * One phase of do_exit(), an internal step or several. `run` takes one step for the exiting thread and says whether the
 * phase is complete.
 */
export interface ExitPhase {
  /** The kernel function. */
  readonly name: string
  readonly state: ExitingState
  readonly run: (kernel: Kernel, tid: number) => boolean
}

/** One phase of begin_new_exec(): as an exit phase, but it may have to wait for other threads to go. */
export interface ExecPhase {
  /** The kernel function. */
  readonly name: string
  readonly ready: (kernel: Kernel, thread: Readonly<Thread>) => boolean
  /** A thread that is killed may die here; elsewhere it first completes the exec. */
  readonly killable: boolean
  readonly run: (kernel: Kernel, tid: number) => boolean
}

/** All that says how the kernel moves: the calls, the phases of exit and of exec, and the functions they use. */
export interface Rules {
  readonly syscalls: ReadonlyMap<string, Syscall>
  readonly exitPhases: readonly ExitPhase[]
  readonly execPhases: readonly ExecPhase[]
  readonly fn: KernelFunctions
}

/** A change of the rules: what a kernel quirk and an injected fault have in common. */
export type Patch = (rules: Rules) => Rules

/** The rules with some of the kernel's functions replaced. */
export const patchFunctions =
  (replace: (fn: KernelFunctions) => Partial<KernelFunctions>): Patch =>
  (rules) => ({ ...rules, fn: { ...rules.fn, ...replace(rules.fn) } })

/** The rules with one call's rule replaced; `name` is `Syscall.hashAs`. */
export const patchSyscall =
  (name: string, replace: (syscall: Syscall) => Syscall): Patch =>
  (rules) => {
    const syscall = rules.syscalls.get(name)
    if (syscall === undefined)
      throw new Error(`no system call ${name}; known: ${[...rules.syscalls.keys()].join(', ')}`)
    return { ...rules, syscalls: new Map(rules.syscalls).set(name, replace(syscall)) }
  }

/** The rules with the exit phases changed: left out, or put in another order. */
export const patchExitPhases =
  (replace: (phases: readonly ExitPhase[]) => readonly ExitPhase[]): Patch =>
  (rules) => ({ ...rules, exitPhases: replace(rules.exitPhases) })

/** The rules with the phases of exec changed. */
export const patchExecPhases =
  (replace: (phases: readonly ExecPhase[]) => readonly ExecPhase[]): Patch =>
  (rules) => ({ ...rules, execPhases: replace(rules.execPhases) })
