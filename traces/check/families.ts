import type { Kernel } from '../../model/kernel.ts'
import { SIGCHLD } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import type { SignalAction } from '../../model/state/signals.ts'
import type { Thread } from '../../model/state/threads.ts'
import type { Call } from '../../model/syscall.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { memberOf, numberOf, signalOf, waitStatusOf, type ArgValue } from '../strace/values.ts'

/** Deaths that are remembered, at the most: the latest. */
const MOST_DEATHS = 10_000

/** What a capture has shown of a process's end. */
interface End {
  /** Its wait status, without the bit of a core dump; undefined where several threads may have left several. */
  readonly word: number | undefined
  /** The line of its death. */
  readonly line: number
  /** Its parent then, as a process. */
  readonly parent: number
  /** A wait has returned it. */
  reaped: boolean
  /** Its parent has taken the signal of its death. */
  told: boolean
}

const CORE = 0x80

/**
 * What holds of parents, children and their ends whatever the order was in which hidden steps were taken: who is whose
 * child, and with which status a process has ended that the capture has shown to end. It needs no search, and so it says
 * that a line is impossible where the orders are too many to look at.
 */
export class Families {
  private readonly ends = new Map<number, End>()
  /** Processes that have, or of whose forebears one has, ever wanted no zombies. */
  private readonly careless = new Set<number>()

  /** Processes that are seen to keep zombies, or told what SIGCHLD does. */
  private readonly caring = new Set<number>()
  private readonly keptAtFirst: boolean

  /** `keptAtFirst`: SIGCHLD was not ignored when the capture began. */
  constructor(keptAtFirst: boolean) {
    this.keptAtFirst = keptAtFirst
  }

  /** A process was made. */
  born(maker: number, child: number): void {
    if (this.careless.has(maker)) this.careless.add(child)
    if (this.caring.has(maker)) this.caring.add(child)
  }

  /** Whether the process may have been made to ignore SIGCHLD before the capture began: nothing says otherwise. */
  mayIgnoreDeaths(pid: number): boolean {
    return !this.keptAtFirst && !this.caring.has(pid) && !this.careless.has(pid)
  }

  ignoresDeaths(pid: number): void {
    this.careless.add(pid)
  }

  isCareless(pid: number): boolean {
    return this.careless.has(pid)
  }

  /** A process has said what a signal does. */
  acts(pid: number, signal: number, action: SignalAction | null): void {
    if (signal !== SIGCHLD || action === null) return
    this.caring.add(pid)
    if (action.handler === 'SIG_IGN' || action.flags.has('SA_NOCLDWAIT')) this.careless.add(pid)
  }

  /** A thread is dead; `kernel` is the state before. Nothing is kept where its number is not that of its process. */
  died(kernel: Kernel, tid: number, word: number, line: number): void {
    this.caring.delete(tid)
    const process = kernel.processes.get(tid)
    const parent = kernel.threads.get(process?.parent ?? 0)?.pid
    if (process === undefined || parent === undefined) return
    const isAlone = process.threads.length === 1
    this.ends.set(tid, { word: isAlone ? word & ~CORE : undefined, line, parent, reaped: false, told: false })
    if (this.ends.size > MOST_DEATHS) this.ends.delete(this.ends.keys().next().value!)
  }

  /** The line of a death was wrong: what it said of the status is no fact. */
  doubts(tid: number): void {
    this.ends.delete(tid)
  }

  /** A wait has returned this child, for good if it is gone. */
  waited(kernel: Kernel, waiter: number, pid: number): void {
    this.caring.add(waiter)
    const end = this.ends.get(pid)
    if (end !== undefined && !kernel.processes.has(pid)) end.reaped = true
  }

  /** The signal of a child's death was taken. */
  told(process: number, info: ArgValue | undefined, known: (pid: number) => number | undefined): void {
    if (isOfDeath(info)) this.caring.add(process)
    const end = this.ends.get(childOf(info, known) ?? 0)
    if (end !== undefined && isOfDeath(info)) end.told = true
  }

  /** Whether no order makes this wait return that. `since`: the line on which it began. */
  refutesWait(
    states: readonly Kernel[],
    tid: number,
    { syscall, args }: Call,
    seen: { readonly result: SeenResult; readonly status: ArgValue | undefined; readonly since: number },
    known: (pid: number) => number | undefined,
  ): boolean {
    if (syscall.name !== 'wait4' || !states.every((state) => this.isSimple(state, tid))) return false
    const { result, since, status } = seen
    const { pid, options } = args as { pid: number; options: ReadonlySet<string> }
    if (result.kind === 'value' && result.value > 0) return this.refutesChild(states, tid, known(result.value), status)
    if (pid !== -1 && pid <= 0) return false
    const owned = states.map((state) => {
      const caller = state.threads.at(tid)
      return state.fn.waitCandidates(state, caller, state.fn.waitTarget(state, caller, pid), options)
    })
    if (result.kind === 'error' && result.errno === 'ECHILD' && this.mayIgnoreDeaths(tid)) return false
    if (result.kind === 'error' && result.errno === 'ECHILD') return owned.every((children) => children.length > 0)
    // Nothing to tell, though one was dead before it asked.
    return (
      result.kind === 'value' &&
      states.every((state, index) =>
        owned[index]!.some((child) => {
          const end = this.ends.get(child)
          return end !== undefined && end.line < since && state.processes.at(child).state === 'zombie'
        }),
      )
    )
  }

  private refutesChild(
    states: readonly Kernel[],
    tid: number,
    child: number | undefined,
    status: ArgValue | undefined,
  ): boolean {
    if (child === undefined) return false
    const rows = states.map((state) => state.processes.get(child))
    const end = this.ends.get(child)
    if (rows.every((row) => row === undefined)) return end !== undefined && (end.reaped || end.parent !== tid)
    if (rows.every((row) => row !== undefined && row.parent !== tid)) return true
    const shown = status && waitStatusOf(status)
    if (end?.word === undefined || shown === undefined) return false
    if (shown.how === 'exited') return shown.code << 8 !== end.word
    return shown.how === 'signaled' && shown.signal !== end.word
  }

  /** Whether no order lets a thread take this signal: it blocks it, or the child has ended otherwise, is another's, or was told of. */
  refutesSignal(
    states: readonly Kernel[],
    tid: number,
    signal: number,
    info: ArgValue | undefined,
    known: (pid: number) => number | undefined,
  ): boolean {
    if (isSent(info) && states.every((state) => isBlocked(state, tid, signal))) return true
    const child = childOf(info, known)
    if (signal !== SIGCHLD || info === undefined || child === undefined || !isOfDeath(info)) return false
    if (!states.every((state) => this.isSimple(state, tid))) return false
    const end = this.ends.get(child)
    if (end === undefined) {
      const rows = states.map((state) => state.processes.get(child))
      return rows.every((row) => row !== undefined && row.parent !== tid)
    }
    if (end.parent !== tid || end.told) return true
    return end.word !== undefined && wordOf(info) !== undefined && wordOf(info) !== end.word
  }

  /** Whether no order leaves a process without this one, which is the caller, or a child that it has not waited for. */
  refutesAbsence(states: readonly Kernel[], tid: number, target: unknown): boolean {
    if (typeof target !== 'number' || target <= 0) return false
    return states.every(
      (state) => this.isSimple(state, tid) && (target === tid || state.processes.get(target)?.parent === tid),
    )
  }

  /** The only thread of a process that keeps its zombies and takes no orphans in. */
  private isSimple(state: Kernel, tid: number): boolean {
    const thread = state.threads.get(tid)
    if (thread === undefined || thread.pid !== tid || this.careless.has(tid)) return false
    const { threads, subreaper } = state.processOf(thread)
    return threads.length === 1 && !subreaper
  }
}

/** It runs in user mode, with this signal blocked: only its own calls change that. */
function isBlocked(state: Kernel, tid: number, signal: number): boolean {
  const thread: Readonly<Thread> | undefined = state.threads.get(tid)
  return thread?.state === 'running' && !thread.killed && hasSignal(thread.blocked, signal)
}

const codeOf = (info: ArgValue | undefined): string => {
  const code = info && memberOf(info, 'si_code')
  return code?.kind === 'flags' ? (code.names[0] ?? '') : ''
}

/** Not forced by an instruction of the thread itself, which no mask stops. */
const isSent = (info: ArgValue | undefined): boolean => /^(SI_USER|SI_TKILL|SI_QUEUE|CLD_[A-Z]+)$/.test(codeOf(info))

const isOfDeath = (info: ArgValue | undefined): boolean => /^CLD_(EXITED|KILLED|DUMPED)$/.test(codeOf(info))

function childOf(info: ArgValue | undefined, known: (pid: number) => number | undefined): number | undefined {
  const pid = info && memberOf(info, 'si_pid')
  const number = pid && numberOf(pid)
  return number === undefined || number === 0 ? undefined : known(number)
}

/** The wait status that a siginfo tells of. */
function wordOf(info: ArgValue): number | undefined {
  const status = memberOf(info, 'si_status')
  const value = status && (numberOf(status) ?? signalOf(status))
  if (value === undefined) return undefined
  return codeOf(info) === 'CLD_EXITED' ? value << 8 : value
}
