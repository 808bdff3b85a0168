import { signalName } from '../../model/signals.ts'
import type { CallInterval, StitchEvent } from '../strace/interval.ts'
import { CODES } from './codes.ts'
import { isWitnessed, type Seen } from './step.ts'

/** What the lines of one number show, in their order. */
export interface Shown {
  readonly seen: Seen[]
  /** When its first line was, in seconds; undefined without times. */
  readonly since: number | undefined
  /** The last call that it has entered. */
  call: CallInterval | undefined
  /** Its last line is its end. */
  isEnded: boolean
  /** Its last line shows a signal: whether it was taken, the next would tell. */
  isAtSignal: boolean
}

/** Gathers what the lines of a capture show of each thread, as far as a witness can tell of it. */
export class ShownThreads {
  /** By pid, in the order of their first lines. */
  readonly byPid = new Map<number, Shown>()
  /** Why the lines do not tell all; undefined when they do. */
  gap: string | undefined
  /** Processes live in pid namespaces whose numbers are others. */
  hasOtherNumbers = false
  /** The kernel runs threads in processes, which no line shows. */
  hasWorkers = false
  /** Processes that have, or had, more than one thread. */
  private readonly inGroups = new Set<number>()

  see(event: StitchEvent): void {
    switch (event.kind) {
      case 'enter': {
        const shown = this.of(event.pid, event.time)
        shown.isEnded = false
        if (entersPidNamespace(event.call)) this.hasOtherNumbers = true
        if (event.call.name.startsWith('io_uring')) this.hasWorkers = true
        shown.isAtSignal = false
        shown.call = event.call
        if (isWitnessed(event.call)) shown.seen.push({ kind: 'call', call: event.call, oldPid: event.pid })
        return
      }
      case 'leave':
        this.leave(event.call, event.pid)
        return
      case 'signal': {
        const shown = this.of(event.pid, event.time)
        shown.isAtSignal = true
        const code = CODES[/si_code=(\w+)/.exec(event.info)?.[1] ?? '']
        shown.seen.push({ kind: 'signal', line: event.line, signal: event.signal, code, isSure: true })
        return
      }
      case 'exited':
        this.end(event.pid, event.line, `exited with ${event.code}`, 0)
        return
      case 'killed':
        this.end(event.pid, event.line, `was killed by ${signalName(event.signal)}`, event.signal)
        return
      case 'superseded':
        this.end(event.pid, event.line, `gave its place to ${event.by}`, 0)
        return
      case 'unreadable':
      case 'stray':
        this.gap ??= `line ${event.line} of the capture cannot be read`
        return
      case 'stopped':
      case 'message':
      case 'named':
    }
  }

  /** All lines have been seen. */
  finish(): void {
    for (const shown of this.byPid.values()) {
      const last = shown.seen.at(-1)
      if (shown.isAtSignal && isSignal(last)) last.isSure = false
    }
  }

  private of(pid: number, time: number | undefined): Shown {
    const known = this.byPid.get(pid)
    if (known !== undefined) return known
    const shown: Shown = { seen: [], since: time, call: undefined, isEnded: false, isAtSignal: false }
    this.byPid.set(pid, shown)
    return shown
  }

  /** execve of a thread other than the main one comes back under the main one's number. */
  private leave(call: CallInterval, pid: number): void {
    if (call.result?.kind === 'value' && /^clone/.test(call.name) && call.args.includes('CLONE_THREAD')) {
      this.inGroups.add(pid)
      this.inGroups.add(call.result.value)
    }
    if (call.pid === pid || !call.name.startsWith('execve')) return
    const old = this.byPid.get(call.pid)
    const index = old?.seen.findLastIndex((seen) => seen.kind === 'call' && seen.call === call) ?? -1
    if (old === undefined || index < 0) return
    old.seen.splice(index, 1)
    const shown = this.of(pid, undefined)
    shown.isEnded = false
    shown.seen.push({ kind: 'call', call, oldPid: call.pid })
  }

  private end(pid: number, line: number, how: string, killedBy: number): void {
    const shown = this.of(pid, undefined)
    const last = shown.seen.at(-1)
    const isSure = !shown.isAtSignal || (isSignal(last) && last.signal === killedBy && !this.inGroups.has(pid))
    if (isSignal(last)) last.isSure = isSure
    shown.isAtSignal = false
    shown.seen.push({ kind: 'end', line, how, killedBy, isTaken: !isOnItsWayOut(shown.call) })
    shown.call = undefined
    shown.isEnded = true
  }
}

/** It may end by itself, or another thread of its process has called execve. */
const isOnItsWayOut = (call: CallInterval | undefined): boolean =>
  call === undefined || (/^(exit|exit_group|execve|execveat)$/.test(call.name) && call.result?.kind !== 'error')

const isSignal = (seen: Seen | undefined): seen is Seen & { kind: 'signal' } => seen?.kind === 'signal'

const entersPidNamespace = ({ name, args }: CallInterval): boolean =>
  name === 'setns' || (/^(clone3?|unshare)$/.test(name) && args.includes('CLONE_NEWPID'))
