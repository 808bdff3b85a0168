import type { Kernel } from '../../model/kernel.ts'
import { SIGCHLD, SIGKILL, SIGNAL_MAX, signalName, SIGSTOP } from '../../model/signals.ts'
import {
  hasSignal,
  NO_SIGNALS,
  setOfSignals,
  signalsOf,
  withoutSignals,
  withSignals,
  type SignalSet,
} from '../../model/state/signal-set.ts'
import type { SignalAction } from '../../model/state/signals.ts'
import type { Process } from '../../model/state/processes.ts'
import type { Call } from '../../model/syscall.ts'
import { flagSet } from '../../model/params.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { signalSetOf, type Field } from '../strace/values.ts'
import type { Ground } from './ground.ts'
import { revive, spare } from './resync.ts'

/** The place of the mask before among the arguments of rt_sigprocmask. */
const OLD_SET = 2

/**
 * What the first process has from whoever started it: signals that are ignored (nohup, a background job of a shell without
 * job control), and signals that are blocked. execve keeps both. As with descriptors, it only shows when the model finds a
 * line impossible; a guess is made once, and held to from then on.
 * Source: execve(2), nohup(1); POSIX "Signal Actions".
 */
export class InheritedSignals {
  /** A call has told the mask of signals of some thread, or has set it as a whole. */
  private masksAreShown = false
  /** Signals that somebody has taken while no mask was shown: none of them is blocked in all processes. */
  private readonly taken = new Set<number>()
  /** Signals that were not blocked when the capture began. */
  private readonly open: SignalSet

  constructor(open: SignalSet) {
    this.open = open
  }

  /**
   * A thread goes on that by the model is dying of a signal, has stopped, or must first take one: the signal may have been
   * ignored, or blocked, since before the capture. True when that was guessed, and the line is worth another try.
   */
  letsGoOn(ground: Ground, tid: number): boolean {
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined || ground.options.closed) return false
    const process = kernel.processOf(thread)
    const harm = thread.killed ? process.groupExit & 0x7f : process.stopSignal
    if (harm !== 0) {
      if (harm === SIGKILL || harm === SIGSTOP || process.actions[harm] !== undefined) return false
      ground.follower.amend((copy) => {
        const { killed, pid: own } = copy.threads.get(tid) ?? { killed: false, pid: 0 }
        if (killed || copy.processes.get(own)?.stopSignal === harm) revive(copy, tid)
        for (const pid of ignoreFromTheBeginning(ground, copy, harm)) {
          const { groupExit, stopSignal } = copy.processes.at(pid)
          if (stopSignal === harm || (groupExit >= 0 && (groupExit & 0x7f) === harm)) spare(copy, pid)
        }
      })
      ground.assume(`${signalName(harm)} was ignored when the capture began`)
      return true
    }
    if (!ground.showsSignals || this.masksAreShown || !thread.due) return false
    const due = kernel.fn.nextSignal(kernel, thread)?.info.signal
    if (due === undefined || this.taken.has(due) || hasSignal(this.open, due)) return false
    if (due === SIGKILL || due === SIGSTOP) return false
    this.blockFromTheBeginning(ground, setOfSignals(due))
    return true
  }

  /** What came back from a call shows that signals were blocked, or SIGCHLD ignored. True as for `letsGoOn`. */
  explains(
    ground: Ground,
    tid: number,
    { syscall, args }: Call,
    result: SeenResult,
    fields: readonly Field[],
  ): boolean {
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    if (thread?.state !== 'in-call' || ground.options.closed) return false
    if (syscall.name === 'rt_sigprocmask' && result.kind === 'value' && !this.masksAreShown) {
      const shown = maskBefore(fields)
      if (shown === undefined || signalsOf(withoutSignals(thread.blocked, shown)).length > 0) return false
      return this.blocksUnseen(ground, withoutSignals(shown, thread.blocked))
    }
    const pending = syscall.name === 'rt_sigpending' && !this.masksAreShown ? fields[0] : undefined
    const waiting = pending && signalSetOf(pending.value)
    if (waiting !== undefined) return this.blocksUnseen(ground, withoutSignals(waiting, thread.blocked))
    const isNone = /^wait(4|id)$/.test(syscall.name) && result.kind === 'error' && result.errno === 'ECHILD'
    if (!isNone || args.options === undefined || !ground.families.mayIgnoreDeaths(thread.pid)) return false
    ground.follower.amend((copy) => {
      for (const pid of ignoreFromTheBeginning(ground, copy, SIGCHLD)) leaveNoZombies(copy, pid)
    })
    ground.families.ignoresDeaths(thread.pid)
    ground.assume('SIGCHLD was ignored when the capture began')
    return true
  }

  /** Of these nobody has seen that they are blocked: since before the capture, unless something speaks against it. */
  private blocksUnseen(ground: Ground, signals: SignalSet): boolean {
    const all = signalsOf(signals)
    if (all.length === 0 || all.some((signal) => hasSignal(this.open, signal) || this.taken.has(signal))) return false
    this.blockFromTheBeginning(ground, signals)
    return true
  }

  /** A thread has taken a signal. */
  takes(signal: number): void {
    if (!this.masksAreShown) this.taken.add(signal)
  }

  /** A call has come back as the model allows. */
  note({ syscall, args }: Call, fields: readonly Field[]): void {
    if (this.masksAreShown || syscall.name !== 'rt_sigprocmask') return
    const isWhole = args.how === 'SIG_SETMASK' && args.set !== null
    this.masksAreShown = isWhole || maskBefore(fields) !== undefined
  }

  private blockFromTheBeginning(ground: Ground, signals: SignalSet): void {
    this.masksAreShown = true
    ground.follower.amend((kernel) => {
      for (const tid of kernel.threads.ids((thread) => thread.tid >= ground.first && thread.state !== 'dead')) {
        const row = kernel.threads.edit(tid)
        row.blocked = withSignals(row.blocked, signals)
        if (row.saved !== null) row.saved = withSignals(row.saved, signals)
        row.due = row.due && kernel.fn.mustTake(kernel, row)
      }
    })
    ground.assume(`${namesOf(signals)} was blocked when the capture began`)
  }
}

/** Of most signals, those that are not among them. */
function namesOf(signals: SignalSet): string {
  const all = Array.from({ length: SIGNAL_MAX }, (_, index) => index + 1)
  const list = (some: readonly number[]): string => some.map(signalName).join(', ')
  const others = all.filter((signal) => !hasSignal(signals, signal))
  return others.length < all.length / 2 ? `every signal but ${list(others)}` : list(signalsOf(signals))
}

const maskBefore = (fields: readonly Field[]): SignalSet | undefined =>
  fields[OLD_SET] === undefined ? undefined : signalSetOf(fields[OLD_SET].value)

const IGNORED: SignalAction = { handler: 'SIG_IGN', mask: NO_SIGNALS, flags: flagSet() }

/** Nobody has said since what the signal does. Those of whom that is so, by pid. */
function ignoreFromTheBeginning(ground: Ground, kernel: Kernel, signal: number): readonly number[] {
  const isOpen = ({ pid, actions }: Readonly<Process>) => pid >= ground.first && actions[signal] === undefined
  const pids = kernel.processes.ids(isOpen)
  for (const pid of pids) kernel.fn.setAction(kernel, pid, signal, IGNORED)
  return pids
}

function leaveNoZombies(kernel: Kernel, pid: number): void {
  for (const tid of kernel.processes.get(pid)?.threads ?? [])
    for (const child of kernel.threads.at(tid).children)
      if (kernel.processes.at(child).state === 'zombie') kernel.fn.reap(kernel, child)
}
