import { signalName, SIGNALS } from '../../model/signals.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { ExitedLine, KilledLine, SignalLine } from '../strace/lines.ts'
import { memberOf, numberOf, signalOf, type ArgValue } from '../strace/values.ts'
import type { WaitStatus } from '../strace/wait-status.ts'
import type { Cause } from './causes.ts'

/** Processes that are remembered, at the most: the latest. */
const MOST = 20_000
const CORE = 0x80
/** The word of a death by no signal at all, which is none. */
const NO_SIGNAL = 0x7f

/** What lines have shown of a process. */
interface Life {
  /** The process that made it, where a call shows that it did. */
  maker: number | undefined
  /** How it ended: the wait status, without the bit of a core dump, the line, and its place among all ends. */
  end: { readonly word: number; readonly line: number; readonly place: number } | undefined
  /** The line on which a wait returned it for good. */
  reaped: number | undefined
  /** The line on which its parent took the signal of its death, and that process: whoever takes a zombie over is told again. */
  told: { readonly line: number; readonly by: number } | undefined
}

interface Exit {
  readonly code: number
  readonly line: number
  /** Codes with which others ended meanwhile, who may be threads of the same process. */
  readonly rivals: Set<number>
}

/** Of so many deaths the parent may be told next. In another namespace the number is that of one longer ago, or of none. */
const LAST = 3

/** What a line cannot be, and the earlier line that it contradicts. */
export interface Contradiction {
  readonly allowed: string
  readonly cause: Cause
}

/**
 * What the lines of a capture say of each other, without the model: for captures that do not show all that was done, and
 * where the model may lag. A process is named by its number in the model, which stands for one process until a call shows
 * that another bears its pid.
 */
export class Evidence {
  private readonly lives = new Map<number, Life>()
  /** Calls of exit_group under way, by thread. */
  private readonly exits = new Map<number, Exit>()
  private showsDeaths = false
  private isBlind = false
  private isStopped = false
  /** Waits and signals that agreed with deaths of which they told, and which had just been. */
  private agreed = 0
  private ends = 0
  /** Calls that no selection includes have been seen: no call that succeeded is left out. */
  private showsAll = false
  private losesSome = false
  /** Calls of exit_group have been seen, which never return. */
  showsExits = false
  /** A process has been seen under the number that the call which made it returned, or has been told its number. */
  private hasAgreed = false
  /** Threads that live and of which lines have been seen, by pid: strace follows them. */
  private readonly followed = new Map<number, number>()
  /** Children that have been made and of which no line has been seen, by pid. */
  private readonly newborn = new Map<number, { readonly child: number; readonly line: number }>()
  /** Those that bore a pid and were the last to die. */
  private readonly gone = new Map<number, number>()
  /** Processes of which threads, or calls, may not be known. */
  private readonly partly = new Set<number>()
  private readonly isOrdered: boolean
  private readonly first: number | undefined

  /**
   * `isOrdered`: the lines stand in the order in which strace saw what they show; `first`: the process with which the
   * capture begins, if that is its beginning too.
   */
  constructor({ isOrdered, first }: { isOrdered: boolean; first: number | undefined }) {
    this.isOrdered = isOrdered
    this.first = first
  }

  private life(pid: number): Life {
    let life = this.lives.get(pid)
    if (life === undefined) {
      this.lives.set(pid, (life = { maker: undefined, end: undefined, reaped: undefined, told: undefined }))
      if (this.lives.size > MOST) this.lives.delete(this.lives.keys().next().value!)
    }
    return life
  }

  /**
   * A process has made a child of its own. If somebody else bears its pid and lives, numbers are those of several
   * namespaces, or lines stand in another order than that of what they show: nothing can be said any more.
   */
  born(maker: number, child: number, pid: number, line: number): void {
    const bearer = this.followed.get(pid)
    if (bearer !== undefined && bearer !== child) this.stop()
    else if (bearer === child) this.hasAgreed = true
    else this.newborn.set(pid, { child, line })
    if (this.newborn.size > MOST) this.newborn.delete(this.newborn.keys().next().value!)
    this.life(child).maker = maker
    // What it has of its maker is as little known.
    if (this.partly.has(maker)) this.partly.add(child)
  }

  /** The line on which a child was made of which no line has been seen. */
  silentSince(pid: number): number | undefined {
    return this.newborn.get(pid)?.line
  }

  private isMade(tid: number): boolean {
    return this.lives.get(tid)?.maker !== undefined
  }

  /** Who lives under this number, or was the last to die under it, and is not `child`. */
  bearerOf(pid: number, child: number): { readonly tid: number; readonly diedOn: number | undefined } | undefined {
    const tid = this.followed.get(pid) ?? this.newborn.get(pid)?.child ?? this.gone.get(pid)
    if (tid === undefined || tid === child) return undefined
    return { tid, diedOn: this.lives.get(tid)?.end?.line }
  }

  /** Numbers in results are those at the beginnings of lines, of which none is missing since the first process began. */
  get isComplete(): boolean {
    return (
      this.hasAgreed && this.isOrdered && this.showsAll && !this.isBlind && !this.isStopped && this.first !== undefined
    )
  }

  /** The line on which this thread died. */
  diedOn(tid: number): number | undefined {
    return this.lives.get(tid)?.end?.line
  }

  /** From here on nothing can be said. */
  stop(): void {
    this.isStopped = true
  }

  /** Whether what it says can be trusted. */
  get speaks(): boolean {
    return !this.isStopped
  }

  /** A process has made a thread, which may not be followed. */
  threads(process: number): void {
    this.partly.add(process)
  }

  /**
   * The process is shown from its beginning, so that it is no thread of another; it has made none; and all calls that it
   * has made with success are shown, and known.
   */
  isWhole(process: number): boolean {
    if (!this.showsAll || this.partly.has(process)) return false
    return process === this.first || this.lives.get(process)?.maker !== undefined
  }

  /** A wait has returned some child of the process, and does not say which, or whether for good. */
  waitedUnseen(process: number): void {
    for (const life of this.lives.values()) if (life.maker === process) life.maker = undefined
  }

  /** Of one process, not all that it has done is known. */
  losesCallsOf(process: number): void {
    this.partly.add(process)
    this.waitedUnseen(process)
  }

  /** Some calls are not shown. */
  losesCalls(): void {
    this.showsAll = false
    this.losesSome = true
  }

  /** Processes are no longer seen to their ends. */
  losesSight(): void {
    this.showsDeaths = false
    this.isBlind = true
  }

  /** A thread enters a call: exit_group does not return. Source: exit_group(2). */
  enters(tid: number, { pid, name, args, result, enterLine: line }: CallInterval): Contradiction | undefined {
    this.followed.set(pid, tid)
    if (this.newborn.size > 0) this.newborn.delete(pid)
    const before = this.exits.size === 0 ? undefined : this.exits.get(tid)
    if (!this.showsAll && !this.losesSome && name === 'arch_prctl') this.showsAll = true
    if (!this.hasAgreed) {
      const tells = name === 'set_tid_address' || name === 'gettid'
      this.hasAgreed = (tells && result?.kind === 'value' && result.value === pid) || this.isMade(tid)
    }
    if (name === 'exit_group') this.showsExits = true
    if (name === 'exit_group') this.exit(tid, Number.parseInt(args) & 0xff, line)
    else if (before !== undefined) this.exits.delete(tid)
    if (before === undefined || !this.showsDeaths) return undefined
    return { allowed: 'nothing: it is dying', cause: { line: before.line, text: `exit_group(${before.code})` } }
  }

  private exit(tid: number, code: number, line: number): void {
    const rivals = new Set<number>()
    for (const other of this.exits.values()) {
      other.rivals.add(code)
      rivals.add(other.code)
    }
    this.exits.set(tid, { code, line, rivals })
  }

  /**
   * A wait of a process has returned a child. Its tracer and its parent are told of the same status, the tracer first.
   * Source: wait(2), ptrace(2); kernel/exit.c wait_task_zombie().
   */
  waited(process: number, child: number, status: WaitStatus | undefined, line: number): Contradiction | undefined {
    if (status === undefined) this.life(child).maker = undefined
    if (status?.how !== 'exited' && status?.how !== 'signaled') return undefined
    const life = this.life(child)
    const others = this.anothers(process, life, line)
    if (others !== undefined) return others
    const { reaped } = life
    life.reaped = line
    if (reaped !== undefined && isOne(life) && this.isTrusted(life.maker))
      return { allowed: 'wait4 = another child, or -1 ECHILD', cause: { line: reaped, text: 'it was waited for' } }
    if (status.how === 'exited' && this.livesOn(life, child)) return stillLives(line)
    const word = status.how === 'exited' ? status.code << 8 : status.signal
    return this.contradicts(life, word, (text) => `wait4, status ${text}`)
  }

  /** A thread of a process takes a signal. One death makes one SIGCHLD for a parent. Source: kernel/signal.c do_notify_parent(), kernel/exit.c reparent_leader(). */
  takes(
    process: number,
    { signal, line }: SignalLine,
    info: ArgValue,
    child: number | undefined,
  ): Contradiction | undefined {
    const code = memberOf(info, 'si_code')
    const name = code?.kind === 'flags' ? (code.names[0] ?? '') : ''
    if (child === undefined || signal !== SIGNALS.SIGCHLD || !/^CLD_(EXITED|KILLED|DUMPED)$/.test(name))
      return undefined
    const life = this.life(child)
    const others = this.anothers(process, life, line)
    if (others !== undefined) return others
    const { told } = life
    life.told = { line, by: process }
    if (told?.by === process && isOne(life) && this.isTrusted(life.maker))
      return {
        allowed: 'no second SIGCHLD for one death',
        cause: { line: told.line, text: 'SIGCHLD for it was taken' },
      }
    if (process === child && !this.isTrusted(life.maker)) {
      // It is its own only where it goes by several numbers.
      this.stop()
      return undefined
    }
    if (process === child || (name === 'CLD_EXITED' && this.livesOn(life, child))) return stillLives(line)
    const status = memberOf(info, 'si_status')
    const value = status && (numberOf(status) ?? signalOf(status))
    if (value === undefined) return undefined
    return this.contradicts(life, name === 'CLD_EXITED' ? value << 8 : value || NO_SIGNAL, (text) => `SIGCHLD, ${text}`)
  }

  /** A thread is dead. It may have ended otherwise than by its own call where another thread was faster, or called execve. */
  dies(tid: number, line: ExitedLine | KilledLine): Contradiction | undefined {
    this.showsDeaths ||= !this.isBlind && line.kind === 'exited'
    const exit = this.exits.get(tid)
    this.exits.delete(tid)
    this.followed.delete(line.pid)
    this.newborn.delete(line.pid)
    this.gone.set(line.pid, tid)
    if (this.gone.size > MOST) this.gone.delete(this.gone.keys().next().value!)
    const life = this.life(tid)
    // Files that are merged by their times may tell of the wait first.
    const isWaited = !this.isOrdered && life.end === undefined
    const place = ++this.ends
    life.end = { word: line.kind === 'killed' ? line.signal : line.code << 8, line: line.line, place }
    // Whoever bore this number before is another.
    if (!isWaited) life.reaped = undefined
    life.told = undefined
    if (line.kind === 'killed' || exit === undefined || exit.code === line.code) return undefined
    if (line.code === 0 || exit.rivals.has(line.code)) return undefined
    life.end = { word: exit.code << 8, line: line.line, place }
    return { allowed: `exited with ${exit.code}`, cause: { line: exit.line, text: `exit_group(${exit.code})` } }
  }

  /**
   * A wait finds nothing (0), or no child at all (ECHILD), though one of the caller's was not waited for, and in the first
   * case was dead before. `target`: -1 for any. Source: wait(2).
   */
  foundNone(process: number, target: number, result: 0 | 'ECHILD', since: number): Contradiction | undefined {
    if (!this.isWhole(process)) return undefined
    for (const [child, { maker, end, reaped }] of this.lives) {
      if (maker !== process || reaped !== undefined || (target !== -1 && target !== child)) continue
      if (result === 0 && (end === undefined || end.line >= since || !this.showsDeaths)) continue
      const allowed = result === 0 ? 'wait4 = the child that is dead' : 'wait4 = a child, or it sleeps: there is one'
      return { allowed, cause: { line: end?.line ?? since, text: 'one of its children has not been waited for' } }
    }
    return undefined
  }

  /**
   * Its parent learns of a traced process's end only after its tracer, who has shown none.
   * Source: ptrace(2); kernel/exit.c wait_task_zombie(), EXIT_TRACE.
   */
  private livesOn({ end, maker }: Life, child: number): boolean {
    if (end !== undefined || !this.isOrdered || !this.showsDeaths || !this.isTrusted(maker)) return false
    return [...this.followed.values()].includes(child)
  }

  /** The numbers in results are those at the beginnings of lines: the call that made the process says so, or others have. */
  private isTrusted(maker: number | undefined): boolean {
    return maker !== undefined || this.agreed >= 2
  }

  private contradicts({ end, maker }: Life, word: number, say: (text: string) => string): Contradiction | undefined {
    if (end === undefined) return undefined
    if (end.word === (word & ~CORE)) {
      if (this.ends - end.place < LAST) this.agreed++
      return undefined
    }
    if (!this.isTrusted(maker)) {
      this.stop()
      return undefined
    }
    const text = (end.word & 0x7f) === 0 ? `exited with ${end.word >> 8}` : `killed by ${signalName(end.word)}`
    return { allowed: say(text), cause: { line: end.line, text: `it ${text.replace(/^killed/, 'was killed')}` } }
  }

  /** The child of another process that lives; both were made by calls that are shown, so that neither is a thread. */
  private anothers(process: number, { maker }: Life, line: number): Contradiction | undefined {
    if (maker === undefined || maker === process || !this.showsDeaths) return undefined
    if (this.lives.get(process)?.maker === undefined || this.lives.get(maker)?.maker === undefined) return undefined
    if (this.lives.get(maker)!.end !== undefined || this.exits.has(maker)) return undefined
    return { allowed: 'a child of its own: this one is of another', cause: { line, text: 'its maker lives' } }
  }
}

/** What is known of it is of one process: another of its number would have been seen to be made, or to die. */
const isOne = ({ maker, end }: Life): boolean => maker !== undefined || end !== undefined

const stillLives = (line: number): Contradiction => ({
  allowed: 'nothing of the kind: that process lives',
  cause: { line, text: 'no line before it shows that process dead' },
})
