import type { Kernel } from './kernel.ts'
import type { Args, Param } from './params.ts'
import type { Errno } from './errno.ts'
import type { Thread } from './state/threads.ts'

/** What a call returns: a number, or the name of its error. */
export type Result = number | Errno | RestartCode

/**
 * How an interrupted call leaves the kernel; user mode never sees these. The signal decides: restarted without a
 * handler; with one, ERESTARTSYS restarts under SA_RESTART, ERESTARTNOINTR always, the others become EINTR.
 * Source: include/linux/errno.h; signal(7) "Interruption of system calls".
 */
export type RestartCode = 'ERESTARTSYS' | 'ERESTARTNOHAND' | 'ERESTART_RESTARTBLOCK' | 'ERESTARTNOINTR'

export const isRestartCode = (result: Result): result is RestartCode =>
  typeof result === 'string' && result.startsWith('ERESTART')

/** Out-parameters by the name of the parameter: a wait status, a siginfo, descriptors, a lock. */
export type OutValues = Readonly<Record<string, unknown>>

/** One way in which Linux may answer a call. */
export interface Outcome {
  readonly result: Result
  readonly out?: OutValues
  /**
   * What it changes. Runs once, perhaps on a copy of the kernel that the rule saw: it must look rows up again through
   * the kernel that it is given. Absent: nothing changes.
   */
  readonly effect?: (kernel: Kernel) => void
  /**
   * A step on the way: its effect happens, the call goes on, and its rule is asked again; `result` means nothing. After
   * `asleep` that answer is Blocked.
   */
  readonly goesOn?: 'awake' | 'asleep'
  /** Such a step that only others can notice, while the call is under way: what it returns does not depend on it. */
  readonly isAside?: true
  /** The caller does not come back from this call: it exits, or goes on as a new program. */
  readonly noReturn?: true
}

/** No outcome yet: the caller sleeps until one of the rows with these keys (`Table.key`) is touched. */
export interface Blocked {
  readonly blockedOn: readonly number[]
}

/** The model does not say what Linux does here. */
export interface Undecided {
  readonly undecided: string
  /** Whatever it returns, nothing that the model follows changes, but by the effect. */
  readonly harmless?: true
  /** What it surely does not return. */
  readonly never?: Errno
  /** What is known of the bits of what it returns: of those in `among`, exactly these are set. */
  readonly bits?: { readonly among: number; readonly set: number }
  /** What is not known any more once the call is back; under the same terms as an outcome's. */
  readonly effect?: (kernel: Kernel) => void
}

/** Every outcome that Linux allows now. */
export type Answer = readonly Outcome[] | Blocked | Undecided

export const isBlocked = (answer: Answer): answer is Blocked => !Array.isArray(answer) && 'blockedOn' in answer
export const isUndecided = (answer: Answer): answer is Undecided => !Array.isArray(answer) && 'undecided' in answer

const FAILURES = new Map<Errno, readonly Outcome[]>()

/** The one outcome is an error, and nothing changes. */
export function fails(errno: Errno): readonly Outcome[] {
  let failure = FAILURES.get(errno)
  if (failure === undefined) FAILURES.set(errno, (failure = [{ result: errno }]))
  return failure
}

/** The one outcome is success with this value. */
export function succeeds(result: number, effect?: (kernel: Kernel) => void, out?: OutValues): readonly Outcome[] {
  if (effect === undefined) return out === undefined ? [{ result }] : [{ result, out }]
  return out === undefined ? [{ result, effect }] : [{ result, effect, out }]
}

/** The call does a part of its work, stays in the kernel, and then sleeps. */
export const goesOn = (effect: (kernel: Kernel) => void): readonly Outcome[] => [
  { result: 0, goesOn: 'asleep', effect },
]

export const blocksOn = (...keys: number[]): Blocked => ({ blockedOn: keys })

/** What a call makes, for others to refer to. */
export type Maker = 'fd' | 'fds' | 'process' | 'thread' | 'shm' | 'sem' | 'msg' | 'mapping'

export interface Syscall {
  /** As strace writes it. */
  readonly name: string
  /** Which form of a multiplexed call, such as `F_SETLK` of fcntl; absent for the others. */
  readonly form?: string
  /** `name`, or `name(form)`; unique. States hash a call by it. */
  readonly hashAs: string
  /** Other names under which it may be seen. */
  readonly aliases: readonly string[]
  readonly params: Readonly<Record<string, Param<unknown>>>
  readonly makes?: Maker
  /** It takes numbers for descriptors, be it for a moment. */
  readonly takesNumbers: boolean
  /**
   * What its result is, where that is no plain number and not made here: a process or thread; a process group or session;
   * whatever was in the register before; nothing, as it ends its caller or only a signal ends it;
   * some number that is not followed.
   */
  readonly returns?: 'process' | 'group' | 'restored' | 'nothing' | 'some'
  /** The parameter whose handle stands for the made one when the call is dropped from a program: dup's source. */
  readonly standsFor?: string
  /** What leaves the kernel when a signal interrupts its sleep; absent: it never sleeps, or not interruptibly. */
  readonly interrupted?: RestartCode | 'EINTR'
  /**
   * Whether a signal may still end its sleep once the call could be done, because the sleeper looks for signals first, or
   * has not been woken for it. Absent: whatever woke it, it first looks whether it can be done.
   */
  readonly interruptedWhenReady?: (kernel: Kernel, caller: Readonly<Thread>) => boolean
  /** False: it never sleeps, and where a signal is due it may start again instead of taking effect. */
  readonly sleeps?: false
  /** How long it waits, in ms, or null for ever; and what it returns then. Absent: it has no time-out. */
  readonly timeout?: (args: Readonly<Record<string, unknown>>) => number | null
  readonly timesOut?: Errno
  /** Errors that its rule gives, beside `timesOut` and what an interruption leaves. */
  readonly errors: readonly Errno[]
  /** Errors which the world outside the model may cause, without any effect: permissions, missing files, memory. */
  readonly environment: readonly Errno[]
  /** A call of the C library, or an access to memory: no system call bears its name. */
  readonly library: boolean
  readonly source: string
  readonly rule: (kernel: Kernel, caller: Readonly<Thread>, args: never) => Answer
}

/** A system call entered with these arguments. `given`: the identifier that Linux picked, where a trace shows it. */
export interface Call {
  readonly syscall: Syscall
  readonly args: Readonly<Record<string, unknown>>
  readonly given?: number
}

type Definition<P extends Readonly<Record<string, Param<unknown>>>> = Omit<
  Syscall,
  'hashAs' | 'aliases' | 'errors' | 'environment' | 'library' | 'params' | 'rule' | 'takesNumbers' | 'timeout'
> & {
  readonly aliases?: readonly string[]
  readonly errors?: readonly Errno[]
  readonly environment?: readonly Errno[]
  readonly library?: boolean
  /** Of a call that makes no descriptor; the others do. */
  readonly takesNumbers?: true
  readonly params: P
  readonly timeout?: (args: Args<P>) => number | null
  /** `given` is the identifier that a trace shows for what the call makes; undefined when the model may choose. */
  readonly rule: (kernel: Kernel, caller: Readonly<Thread>, args: Args<P>, given?: number) => Answer
}

const makesDescriptors = ({ makes, params }: Pick<Syscall, 'makes' | 'params'>): boolean =>
  makes === 'fd' ||
  makes === 'fds' ||
  Object.values(params).some((param) => param.kind === 'out' && param.shape === 'fds')

/** All have one hidden class, whichever of their fields are there: much is asked of them, by code that meets them all. */
export function defineSyscall<P extends Readonly<Record<string, Param<unknown>>>>(definition: Definition<P>): Syscall {
  const { name, form } = definition
  return {
    name,
    form,
    hashAs: form === undefined ? name : `${name}(${form})`,
    aliases: definition.aliases ?? [],
    params: definition.params,
    makes: definition.makes,
    takesNumbers: definition.takesNumbers ?? makesDescriptors(definition),
    returns: definition.returns,
    standsFor: definition.standsFor,
    interrupted: definition.interrupted,
    interruptedWhenReady: definition.interruptedWhenReady,
    sleeps: definition.sleeps,
    timeout: definition.timeout,
    timesOut: definition.timesOut,
    errors: definition.errors ?? [],
    environment: definition.environment ?? [],
    library: definition.library ?? false,
    source: definition.source,
    rule: definition.rule,
  } as Syscall
}

/** All that the rule allows for this call in this kernel. */
export const answer = (kernel: Kernel, caller: Readonly<Thread>, call: Call): Answer =>
  (call.syscall.rule as (k: Kernel, t: Readonly<Thread>, a: unknown, given?: number) => Answer)(
    kernel,
    caller,
    call.args,
    call.given,
  )
