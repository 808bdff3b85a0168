import { SIGKILL, signalName } from '../../../model/signals.ts'
import {
  hasSignal,
  NO_SIGNALS,
  setOfSignals,
  signalsOf,
  withoutSignals,
  withSignals,
  type SignalSet,
} from '../../../model/state/signal-set.ts'
import { isArgumentError, parseArguments } from '../../strace/args.ts'
import type { CallInterval, StitchEvent } from '../../strace/interval.ts'
import { memberOf, numberOf, signalOf, signalSetOf } from '../../strace/values.ts'

import { MAKES } from '../ahead.ts'
import { MANY } from './many.ts'

const HANDLED = /^(SIG\w+), \{sa_handler=0x/

/** Handlers return in a thread of which no signal was shown. */
export function returnsFromUnseen(prelude: readonly StitchEvent[]): boolean {
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
export function handlesUnseen(prelude: readonly StitchEvent[]): boolean {
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
export function returnsUnseen(prelude: readonly StitchEvent[]): boolean {
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
    if (MAKES.test(name) && result?.kind === 'value') this.born(pid, result.value, args)
  }

  leaves(pid: number, { name, args, result }: CallInterval): void {
    if (result?.kind !== 'value') return
    if (MAKES.test(name)) this.born(pid, result.value, args)
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

/**
 * No call fails, and a handler that has started does not return before its thread goes on: rt_sigreturn gives the error of
 * the call that was interrupted, as if it were its own (-e status=!failed).
 */
export function returnsAsFailed(prelude: readonly StitchEvent[]): boolean {
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
export function takesUnseen(prelude: readonly StitchEvent[]): boolean {
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

/**
 * Handlers come back to calls that were interrupted (EINTR) more often than calls of their thread were seen to be: some are
 * not shown, as of pause and sigsuspend (-e trace=!...). Source: rt_sigreturn(2).
 */
export function interruptsUnshown(prelude: readonly StitchEvent[]): boolean {
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
