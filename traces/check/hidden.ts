import { SIGCHLD, SIGKILL, signalName } from '../../model/signals.ts'
import {
  hasSignal,
  NO_SIGNALS,
  setOfSignals,
  signalsOf,
  withoutSignals,
  withSignals,
  type SignalSet,
} from '../../model/state/signal-set.ts'
import { isArgumentError, parseArguments } from '../strace/args.ts'
import type { CallInterval, StitchEvent } from '../strace/interval.ts'
import { unnamed } from '../strace/lines.ts'
import { memberOf, numberOf, signalOf, signalSetOf } from '../strace/values.ts'

/** Events looked at, before the check begins, to see what the capture shows and which descriptors the first process had. */
export const PRELUDE = 5000

/** Calls of no class of strace's, which every program makes as it starts; they are there unless calls were selected. */
const UNSELECTED = /^(arch_prctl|set_tid_address|set_robust_list|rseq|prlimit64|getrandom|uname)$/

/** Threads exit, and none has called exit or exit_group: a call without a result is not shown. */
function endsUnasked(prelude: readonly StitchEvent[]): boolean {
  if (!prelude.some(({ kind }) => kind === 'exited')) return false
  return !showsExit(prelude)
}

/** Times that go back so often are none of a clock that was set. */
const OFTEN = 4

/** So often another process is the next to begin a call, and none is found in the middle of one: nobody ever waited. */
const TURNS = 30

/** Seconds since the line before (-r) are fewer. */
const HOUR = 3600

/**
 * Calls are printed when they have ended, as strace does where their results decide whether they are (-e status=): their
 * times, which are those of their beginnings, go back again and again; or all calls stand on one line, and processes that
 * nobody had made were shown before the calls that make them, or many took turns.
 */
function endsBeforeShown(prelude: readonly StitchEvent[]): boolean {
  const shown = new Set<number>()
  const made = new Set<number>()
  const [first] = prelude.flatMap(({ kind, pid }) => (kind === 'enter' ? [pid] : []))
  let early = 0
  let back = 0
  let apart = false
  let last = 0
  let turns = 0
  let turn = 0
  for (const event of prelude) {
    if (event.kind === 'message' || event.kind === 'stray') continue
    const { kind, pid } = event
    if (kind === 'enter' && pid !== turn) {
      turns++
      turn = pid
    }
    if (kind === 'exited' || kind === 'killed') {
      shown.delete(pid)
      made.delete(pid)
    } else shown.add(pid)
    if (kind === 'enter' && event.time !== undefined) {
      if (event.time < HOUR) back = -Infinity
      if (event.time < last) back++
      last = event.time
    }
    if (kind !== 'leave') continue
    const { name, result, enterLine, leaveLine } = event.call
    apart ||= leaveLine !== undefined && leaveLine > enterLine + 1 && !/^exit/.test(name)
    if (!MAKES.test(name) || result?.kind !== 'value') continue
    if (shown.has(result.value) && !made.has(result.value) && result.value !== first) early++
    made.add(result.value)
  }
  return back >= OFTEN || (!apart && (early > 1 || turns >= TURNS))
}

/** Processes of which lines are shown are waited for and have ended so, and no line tells of the end of any. */
function endsUntold(prelude: readonly StitchEvent[], ended: RegExp): boolean {
  const shown = new Set<number>()
  let isWaited = false
  for (const event of prelude) {
    if (event.kind === 'exited' || event.kind === 'killed') return false
    if (event.kind !== 'message') shown.add(event.pid)
    if (event.kind !== 'leave' || !event.call.name.startsWith('wait')) continue
    const { args, result } = event.call
    isWaited ||= result?.kind === 'value' && shown.has(result.value) && ended.test(args)
  }
  return isWaited
}

const showsExit = (prelude: readonly StitchEvent[]): boolean =>
  prelude.some((event) => event.kind === 'enter' && /^exit(_group)?$/.test(event.call.name))

const showsSigchld = (prelude: readonly StitchEvent[]): boolean =>
  prelude.some((event) => event.kind === 'signal' && event.signal === SIGCHLD)

const HANDLED = /^(SIG\w+), \{sa_handler=0x/

/** Handlers return in a thread of which no signal was shown. */
function returnsFromUnseen(prelude: readonly StitchEvent[]): boolean {
  const signalled = new Set<number>()
  for (const event of prelude) {
    if (event.kind === 'signal') signalled.add(event.pid)
    else if (event.kind === 'enter' && event.call.name === 'rt_sigreturn' && !signalled.has(event.pid)) return true
  }
  return false
}

/** Interrupted by a signal, a call is made again, by itself or by restart_syscall(2), unless a handler runs. Source: signal(7). */
const AGAIN = new Set(['ERESTARTSYS', 'ERESTARTNOINTR', 'ERESTARTNOHAND', 'ERESTART_RESTARTBLOCK'])

/** No signal is shown, but handlers have run: after calls that were interrupted, threads made others. */
function handlesUnseen(prelude: readonly StitchEvent[]): boolean {
  const interrupted = new Map<number, string>()
  let isFound = false
  for (const event of prelude) {
    if (event.kind === 'signal') return false
    if (event.kind === 'leave' && event.call.result?.kind === 'restart' && AGAIN.has(event.call.result.code))
      interrupted.set(event.pid, event.call.name)
    else if (event.kind === 'enter') {
      const before = interrupted.get(event.pid)
      isFound ||= before !== undefined && before !== event.call.name && event.call.name !== 'restart_syscall'
    }
    if (event.kind !== 'leave') interrupted.delete(event.pid)
  }
  return isFound
}

/**
 * Handlers start again and again in one thread, and none returns; and a signal is taken, or is missing in a mask, that a
 * handler which began before keeps out, without any call that lets it in. Threads may leave handlers otherwise, but not
 * with such a mask.
 */
function returnsUnseen(prelude: readonly StitchEvent[]): boolean {
  if (prelude.some((event) => event.kind === 'enter' && event.call.name === 'rt_sigreturn')) return false
  const handlers = new Handlers()
  /** What handlers under way keep out, by thread. */
  const keptOut = new Map<number, SignalSet>()
  const started = new Set<number>()
  let isLetIn = false
  let again = false
  for (const event of prelude) {
    if (event.kind === 'enter') {
      const { name, args } = event.call
      handlers.enters(event.pid, event.call)
      if (name === 'rt_sigprocmask' && !/^(SIG_BLOCK|0), |^[^,]*, NULL/.test(args)) keptOut.delete(event.pid)
    } else if (event.kind === 'leave') {
      const { name, args } = event.call
      handlers.leaves(event.pid, event.call)
      if (name.startsWith('execve')) keptOut.delete(event.pid)
      const kept = keptOut.get(event.pid)
      const old = name === 'rt_sigprocmask' && kept !== undefined ? oldMask(args) : undefined
      isLetIn ||= old !== undefined && signalsOf(withoutSignals(kept!, old)).length > 0
    } else if (event.kind === 'signal') {
      const kept = keptOut.get(event.pid) ?? NO_SIGNALS
      const handler = handlers.of(event.pid, event.signal)
      isLetIn ||= hasSignal(kept, event.signal) && !FORCED.test(event.info)
      again ||= handler !== undefined && started.has(event.pid)
      if (handler === undefined) continue
      started.add(event.pid)
      keptOut.set(event.pid, withSignals(kept, handler))
    }
    if (isLetIn && again) return true
  }
  return false
}

/** Signals of instructions, which no mask stops. */
const FORCED = /si_code=((SEGV|BUS|ILL|FPE|TRAP|SYS)_|SI_KERNEL)/

function oldMask(args: string): SignalSet | undefined {
  const parsed = parseArguments(args)
  const old = isArgumentError(parsed) ? undefined : parsed[2]
  return old && signalSetOf(old.value)
}

/** What each handler of a process keeps out while it runs, by its signal. */
type Actions = Map<number, SignalSet>

/** The handlers that processes have set. */
class Handlers {
  private readonly all = new Map<number, Actions>()

  private ofProcess(pid: number): Actions {
    let handlers = this.all.get(pid)
    if (handlers === undefined) this.all.set(pid, (handlers = new Map<number, SignalSet>()))
    return handlers
  }

  of(pid: number, signal: number): SignalSet | undefined {
    return this.all.get(pid)?.get(signal)
  }

  enters(pid: number, { name, args, result }: CallInterval): void {
    // Its result is known at the entry if both stand on one line, and the child may speak before the call returns.
    if (MAKERS.test(name) && result?.kind === 'value') this.born(pid, result.value, args)
  }

  leaves(pid: number, { name, args, result }: CallInterval): void {
    if (result?.kind !== 'value') return
    if (MAKERS.test(name)) this.born(pid, result.value, args)
    else if (name.startsWith('execve')) this.all.delete(pid)
    else if (name === 'rt_sigaction') this.set(pid, args)
  }

  private born(maker: number, child: number, args: string): void {
    if (child <= 0 || this.all.has(child)) return
    const handlers = this.ofProcess(maker)
    const copies: Actions = new Map(handlers)
    this.all.set(child, /CLONE_(THREAD|SIGHAND)/.test(args) ? handlers : copies)
  }

  private set(pid: number, args: string): void {
    const parsed = parseArguments(args)
    const [signal, action] = isArgumentError(parsed) ? [] : parsed
    const number = signal && signalOf(signal.value)
    const handler = action && memberOf(action.value, 'sa_handler')
    if (number === undefined || handler === undefined) return
    const flags = /sa_flags=([\w|]*)/.exec(args)?.[1] ?? ''
    const mask = memberOf(action!.value, 'sa_mask')
    const kept = (mask && signalSetOf(mask)) ?? NO_SIGNALS
    const isOpen = flags.includes('SA_NODEFER') || flags.startsWith('0x')
    if (handler.kind !== 'number' || (numberOf(handler) ?? 0) < 2) this.ofProcess(pid).delete(number)
    else this.ofProcess(pid).set(number, isOpen ? kept : withSignals(kept, setOfSignals(number)))
  }
}

const MAKERS = /^(clone3?|v?fork)$/

/**
 * No call fails, and a handler that has started does not return before its thread goes on: rt_sigreturn gives the error of
 * the call that was interrupted, as if it were its own (-e status=!failed).
 */
function returnsAsFailed(prelude: readonly StitchEvent[]): boolean {
  const handled = new Set<string>()
  const inHandler = new Map<number, number>()
  let goesOn = false
  for (const event of prelude) {
    if (event.kind === 'signal' && handled.has(signalName(event.signal))) inHandler.set(event.pid, 0)
    if (event.kind !== 'enter') continue
    const { name, args, result } = event.call
    if (result?.kind === 'error') return false
    const [, signal] = (name === 'rt_sigaction' && HANDLED.exec(args)) || []
    if (signal !== undefined) handled.add(signal)
    const count = inHandler.get(event.pid)
    if (name === 'rt_sigreturn') inHandler.delete(event.pid)
    else if (count !== undefined) {
      inHandler.set(event.pid, count + 1)
      goesOn ||= count >= MANY
    }
  }
  return goesOn
}

/**
 * No signal is shown that anybody takes, though a process is killed by one that it must have taken, or several children are
 * waited for, of which the parent is told by a signal each (-e signal=none).
 */
function takesUnseen(prelude: readonly StitchEvent[]): boolean {
  let reaped = 0
  let isKilled = false
  for (const event of prelude) {
    if (event.kind === 'signal') return false
    isKilled ||= event.kind === 'killed' && event.signal !== SIGKILL
    const isWait = event.kind === 'leave' && event.call.name === 'wait4'
    if (isWait && event.call.result?.kind === 'value' && event.call.result.value > 0) reaped++
  }
  return isKilled || reaped > 1
}

/** A parent is told of a death by a signal that is not shown, though others are. */
function diesUnseen(prelude: readonly StitchEvent[]): boolean {
  if (!prelude.some(({ kind }) => kind === 'exited')) return false
  const dead = new Set(prelude.flatMap(({ kind, pid }) => (kind === 'killed' || kind === 'exited' ? [pid] : [])))
  const shown = new Set(prelude.map(({ pid }) => pid))
  const toldOf = (event: StitchEvent) =>
    event.kind === 'signal' && /si_code=CLD_(KILLED|DUMPED), si_pid=(\d+)/.exec(event.info)?.[2]
  const last = new Map(prelude.map((event, index) => [event.pid, index]))
  return prelude.some((event, index) => {
    const child = Number(toldOf(event) || -1)
    if (shown.has(child) && !dead.has(child) && last.get(child)! < index) return true
    if (event.kind !== 'leave' || !event.call.name.startsWith('wait')) return false
    const { args, result } = event.call
    if (result?.kind !== 'value' || !/WTERMSIG\(s\) == SIG(?!KILL)/.test(args)) return false
    return shown.has(result.value) && !dead.has(result.value)
  })
}

/** Calls whose result is a new process or thread. */
const MAKES = /^(v?fork|clone3?)$/

/**
 * Handlers come back to calls that were interrupted (EINTR) more often than calls of their thread were seen to be: some are
 * not shown, as of pause and sigsuspend (-e trace=!...). Source: rt_sigreturn(2).
 */
function interruptsUnshown(prelude: readonly StitchEvent[]): boolean {
  const interrupted = new Map<number, number>()
  for (const event of prelude) {
    if (event.kind !== 'leave' || event.call.result === undefined) continue
    const { name, result } = event.call
    const fails = result.kind === 'error' && result.errno === 'EINTR'
    const comesBack = name === 'rt_sigreturn'
    if (!fails && (comesBack || result.kind !== 'restart')) continue
    const count = (interrupted.get(event.pid) ?? 0) + (comesBack ? -1 : 1)
    if (count <= -MANY) return true
    interrupted.set(event.pid, count)
  }
  return false
}

const OF_CHILD = /si_code=CLD_\w+/

/** A process has children, and no line shows that any was made, nor any of theirs (-e trace=!fork, no -f). */
function hasChildrenUnmade(prelude: readonly StitchEvent[]): boolean {
  const shown = new Set<number>()
  let hasChild = false
  for (const event of prelude) {
    if (event.kind === 'message' || event.kind === 'stray') continue
    shown.add(event.pid)
    if (event.kind === 'enter' && MAKES.test(event.call.name)) return false
    if (event.kind === 'signal') hasChild ||= OF_CHILD.test(event.info)
    if (event.kind !== 'leave' || event.call.name !== 'wait4') continue
    hasChild ||= event.call.result?.kind === 'value' && event.call.result.value > 0
  }
  return hasChild && shown.size === 1
}

/** Calls that its maker goes on to make while a new task is seen to begin: strace has attached to it before it runs. */
const SOON = 30

/**
 * Processes or threads were made of which there is no line, though one was waited for, or gave the memory of a vfork back,
 * or there was time enough: the lines are those of some processes only, as where they were searched for a pid.
 */
function actUnseen(prelude: readonly StitchEvent[]): boolean {
  const shown = new Set<number>()
  const calls = new Map<number, number>()
  const made = new Map<number, { readonly maker: number; readonly since: number }>()
  const gone = new Set<number>()
  for (const event of prelude) {
    if (event.kind === 'message' || event.kind === 'stray') continue
    const { pid: maker } = event
    if (maker === unnamed) return false
    shown.add(maker)
    if (event.kind === 'exited' || event.kind === 'killed') gone.add(maker)
    if (event.kind === 'enter') calls.set(maker, (calls.get(maker) ?? 0) + 1)
    if (event.kind !== 'leave' || event.call.result?.kind !== 'value') continue
    const { name, args, result } = event.call
    const isSilent = result.value > 0 && !shown.has(result.value)
    if (isSilent && name === 'wait4' && made.has(result.value)) return true
    if (!isSilent || !MAKES.test(name)) continue
    if (name === 'vfork' || args.includes('CLONE_VFORK')) return true
    made.set(result.value, { maker, since: calls.get(maker) ?? 0 })
  }
  return [...made].some(([pid, { maker, since }]) => {
    return !shown.has(pid) && (gone.has(maker) || (calls.get(maker) ?? 0) - since > SOON)
  })
}

/** A program looks for libraries, and opens and maps none (-e trace=!%desc). Source: ld.so(8). */
const loadsUnseen = (calls: readonly CallInterval[]): boolean =>
  calls.some(({ name, args }) => name === 'access' && args.startsWith('"/etc/ld.so.preload"')) &&
  !calls.some(({ name }) => /^(open|mmap)/.test(name))

/** Openings without a close, from which on it is taken that closing is not shown. */
const MANY = 4

export const SOME_PROCESSES = 'the capture shows only some processes'
export const SELECTED = 'the capture shows only some calls'

/**
 * What the beginning of a capture shows that it does not show: undefined for one that shows everything that was done.
 * - it begins in the middle: strace was attached to what ran already;
 * - calls were selected (-e trace=, -e status=, -z, -Z), or signals (-e signal=);
 * - children were not followed (no -f), or the lines of some are not there.
 */
export function hiddenBy(prelude: readonly StitchEvent[]): string | undefined {
  const calls = prelude.flatMap((event) => (event.kind === 'enter' ? [event.call] : []))
  const [first] = calls
  if (first === undefined) return prelude.length === 0 ? undefined : SELECTED
  if (first.name !== 'execve') return 'the capture begins in the middle of what it shows'
  if (!calls.some(({ result }) => result?.kind === 'value')) return 'the capture shows only calls that failed'
  const isSelection = !calls.some(({ name }) => UNSELECTED.test(name))
  const opens = calls.filter(({ name, result }) => /^open(at)?$/.test(name) && result?.kind === 'value').length
  if (actUnseen(prelude) || hasChildrenUnmade(prelude)) return SOME_PROCESSES
  if (endsBeforeShown(prelude)) return SELECTED
  if (endsUnasked(prelude)) return 'the capture shows only calls that succeeded'
  if (!showsExit(prelude) && endsUntold(prelude, /WIFEXITED\(s\)/)) return 'the capture does not show how processes end'
  const tellsNobody = !showsSigchld(prelude) && endsUntold(prelude, /WIF(EXITED|SIGNALED)\(s\)/)
  if (
    returnsFromUnseen(prelude) ||
    diesUnseen(prelude) ||
    takesUnseen(prelude) ||
    handlesUnseen(prelude) ||
    tellsNobody
  )
    return 'the capture does not show signals'
  if (returnsAsFailed(prelude)) return 'the capture shows only calls that succeeded'
  if (returnsUnseen(prelude)) return 'the capture does not show how handlers return'
  const closes = calls.some(({ name }) => name.startsWith('close'))
  if (isSelection || interruptsUnshown(prelude) || (opens >= MANY && !closes) || loadsUnseen(calls)) return SELECTED
  return undefined
}
