import { SIGALRM, SIGCHLD, SIGCONT, SIGNALS } from '../../model/signals.ts'
import {
  ALL_SIGNALS,
  hasSignal,
  NO_SIGNALS,
  setOfSignals,
  withoutSignals,
  withSignals,
  type SignalSet,
} from '../../model/state/signal-set.ts'
import { isArgumentError, parseArguments } from '../strace/args.ts'
import type { CallInterval, StitchEvent } from '../strace/interval.ts'
import { memberOf, numberOf, signalSetOf, type ArgValue, type Field } from '../strace/values.ts'

/** What the beginning of a capture shows of how things were when it began. */
export interface AtFirst {
  /** SIGCHLD was not ignored: a child that ended left a zombie or a signal before anybody had said what SIGCHLD does. */
  readonly keepsZombies: boolean
  /** Signals that were not blocked: before anybody can have let it in, one was taken, or was missing in a mask. */
  readonly open: SignalSet
  /** Signals that lines show. */
  readonly shown: ReadonlySet<number>
  /** Calls stand where they were entered, and not where they returned: some have two lines, with others in between. */
  readonly showsEntries: boolean
}

export const NOTHING_AT_FIRST: AtFirst = {
  keepsZombies: false,
  open: NO_SIGNALS,
  shown: new Set(),
  showsEntries: false,
}

const DEATH_OF_CHILD = /si_code=(?:[x0-9a-f]+ \/\* )?(CLD_(EXITED|KILLED|DUMPED)|(0x)?[123]\b)/
const SETS_SIGCHLD = /^(SIGCHLD|17), \{/
const IS_END = /WIF(EXITED|SIGNALED)\(s\)/
/** Calls that sleep under another mask. */
const OTHER_MASK = /^(rt_sigsuspend|pselect6|ppoll|epoll_pwait2?)$/
/** Codes of signals that a mask keeps back. */
const SENT = /si_code=(?:[-x0-9a-f]+ \/\* )?(SI_USER|SI_TKILL|SI_QUEUE|CLD_[A-Z]+)\b/
/** Of those that come of the kernel itself, the ones that no instruction causes. */
const OF_KERNEL: ReadonlySet<number> = new Set([SIGNALS.SIGHUP, SIGALRM, SIGCONT])

/** Source: execve(2), fork(2): masks, and what is ignored, are inherited. */
export function atFirst(prelude: readonly StitchEvent[]): AtFirst {
  const masks = new Masks()
  const shown = new Set<number>()
  let keepsZombies = false
  let apart = 0
  let isChanged = false
  for (const event of prelude) {
    if (event.kind === 'enter') {
      const { name, args } = event.call
      isChanged ||= name === 'rt_sigaction' && SETS_SIGCHLD.test(args)
      masks.enters(event.pid, event.call)
    } else if (event.kind === 'leave') {
      const { name, args, result, enterLine, leaveLine } = event.call
      if (leaveLine !== undefined && leaveLine > enterLine + 1) apart++
      const isEnd = name === 'wait4' && result?.kind === 'value' && result.value > 0 && IS_END.test(args)
      keepsZombies ||= isEnd && !isChanged
      if (name === 'rt_sigprocmask' && result?.kind === 'value') masks.tells(event.pid, fieldsOf(args)[2]?.value)
    } else if (event.kind === 'signal') {
      shown.add(event.signal)
      keepsZombies ||= event.signal === SIGCHLD && DEATH_OF_CHILD.test(event.info) && !isChanged
      if (SENT.test(event.info) || OF_KERNEL.has(event.signal)) masks.takes(event.pid, event.signal)
    }
  }
  return { keepsZombies, open: masks.open, shown, showsEntries: apart > 1 }
}

/** Who can have let in a signal that was blocked at first: whoever inherits a mask has it blocked until then. */
class Masks {
  open: SignalSet = NO_SIGNALS
  /** Signals that somebody may have let in. */
  private letIn: SignalSet = NO_SIGNALS
  /** Threads whose last call sleeps under a mask of its own. */
  private readonly asleep = new Set<number>()
  /** What had been let in when a call of rt_sigprocmask was entered, by thread. */
  private readonly before = new Map<number, SignalSet>()

  takes(pid: number, signal: number): void {
    if (!this.asleep.has(pid) && !hasSignal(this.letIn, signal))
      this.open = withSignals(this.open, setOfSignals(signal))
  }

  enters(pid: number, { name, args }: CallInterval): void {
    if (OTHER_MASK.test(name)) this.asleep.add(pid)
    else if (this.asleep.size > 0) this.asleep.delete(pid)
    if (name === 'rt_sigreturn') {
      const frame = fieldsOf(args)[0]?.value
      this.before.set(pid, this.letIn)
      this.tells(pid, frame && memberOf(frame, 'mask'))
    }
    if (name !== 'rt_sigprocmask') return
    this.before.set(pid, this.letIn)
    const [how, set] = fieldsOf(args)
    const isNone = set !== undefined && numberOf(set.value) === 0
    if (isNone || isWord(how?.value, 'SIG_BLOCK', 0)) return
    const signals = set && signalSetOf(set.value)
    if (signals === undefined) this.letIn = ALL_SIGNALS
    else if (isWord(how?.value, 'SIG_UNBLOCK', 1)) this.letIn = withSignals(this.letIn, signals)
    else this.letIn = withSignals(this.letIn, withoutSignals(ALL_SIGNALS, signals))
  }

  /** A mask that was in force when the call of this thread was entered. */
  tells(pid: number, mask: ArgValue | undefined): void {
    const before = this.before.get(pid) ?? ALL_SIGNALS
    this.before.delete(pid)
    const blocked = mask && signalSetOf(mask)
    if (blocked === undefined) return
    this.open = withSignals(this.open, withoutSignals(withoutSignals(ALL_SIGNALS, blocked), before))
  }
}

function fieldsOf(args: string): readonly Field[] {
  const parsed = parseArguments(args)
  return isArgumentError(parsed) ? [] : parsed
}

const isWord = (value: ArgValue | undefined, word: string, number: number): boolean =>
  value !== undefined && (value.kind === 'flags' ? value.names[0] === word : numberOf(value) === number)
