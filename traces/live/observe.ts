import { FIRST_STEP, isHandle, type Argument, type Program, type StepResult } from '../../model/program.ts'
import type { Standing } from '../../model/settled.ts'
import { SIGNAL_MAX, STOP_SIGNALS } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import type { Result } from '../../model/syscall.ts'
import type { Inside, EncodedStep } from './encode.ts'
import type { LiveRun, LiveSight, SnapshotText } from './live-run.ts'
import { errnoName, MAX_ERRNO } from './numbers.ts'
import { codeName, readStructure } from './structures.ts'
import { Absences } from './target.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Leave = Mutable<Extract<LiveSight, { kind: 'leave' }>>
type Enter = Mutable<Extract<LiveSight, { kind: 'enter' }>>
type Handler = Extract<LiveSight, { kind: 'signal' }>

const STANDINGS: Readonly<Record<string, Standing>> = { c: 'call', T: 'stopped', t: 'stopped', Z: 'zombie', R: 'call' }

const AMID = 'a signal came as a call was about to sleep once more'

/** Source: signal(7) SIGRTMIN, as the kernel numbers them. */
const FIRST_REAL_TIME = 32

/** Reads what the executor says of one program, line by line. */
export class Observer {
  private readonly program: Program
  private readonly encoded: readonly EncodedStep[]
  /** Real-time signals are seen from outside, where a command around the processes may have numbered them otherwise. */
  private readonly isWrapped: boolean
  /** What a zombie's wait status is can be seen. */
  private readonly showsStatus: boolean
  private readonly sights: LiveSight[] = []
  private readonly results: StepResult[]
  private readonly made = new Map<number, number>()
  /** The step whose call a thread is in, by tid. */
  private readonly open = new Map<number, number>()
  /** Handlers that have started before those whose frames lie beneath theirs. */
  private readonly nested = new Map<number, Handler[]>()
  /** Handlers amid a call that may yet sleep again: as long as it does not, it was over before them. */
  private readonly amid = new Map<number, Handler[]>()
  private readonly left = new Map<number, Leave>()
  private readonly dead = new Set<number>()
  private readonly entered: Enter[] = []
  private snapshot: SnapshotText[] = []
  private index = -1
  private trouble: string | undefined

  constructor(program: Program, encoded: readonly EncodedStep[], absences = new Absences()) {
    this.showsStatus = absences.shows('exit_code')
    this.isWrapped = absences.isWrapped
    this.program = program
    this.encoded = encoded
    this.results = program.steps.map((step) => ({ step, result: 'skipped', out: null }))
  }

  read(line: string): void {
    const words = line.split(' ')
    switch (words[0]) {
      case 'e':
        this.enter(Number(words[1]) - 1, Number(words[2]))
        return
      case 'r':
        this.leave(Number(words[1]) - 1, Number(words[2]), Number(words[3]), words.slice(4))
        return
      case 'b':
        this.made.set(Number(words[1]), Number(words[2]))
        return
      case 'h':
        this.handler(words)
        return
      case 'i':
        this.gone(Number(words[1]), Number(words[2]))
        return
      case 'k':
        this.index = Number(words[1]) - 1
        return
      case '=':
        this.settled(words)
        return
      case 'z':
        this.snapshot.push(snapshotText(line))
        return
      case '~':
        this.snapshot = []
        return
      case '!':
        this.trouble = line.slice(2)
    }
  }

  /** All that was seen, when the executor has come to the end of the program. */
  finish(): LiveRun {
    this.flushSnapshot()
    if (this.amid.size > 0) this.trouble ??= AMID
    for (const enter of this.entered) enter.args = this.resolved(enter.index)
    const { program, sights, results, made, trouble } = this
    return { program, sights, results, made, trouble }
  }

  private enter(index: number, tid: number): void {
    this.flushSnapshot()
    this.index = index
    this.open.set(tid, index)
    this.results[index]!.result = undefined
    const sight: Enter = { kind: 'enter', tid, index, args: {} }
    this.entered.push(sight)
    this.sights.push(sight)
  }

  private leave(index: number, tid: number, word: number, hex: readonly string[]): void {
    const result = resultOf(word)
    const out = typeof result === 'number' ? this.outOf(index, result, hex) : null
    const early = this.left.get(index)
    if (early === undefined) this.cameBack(index, tid, result, out)
    else early.out = out
    const record = this.results[index]!
    record.result = result
    record.out = out
  }

  private cameBack(index: number, tid: number, result: Result, out: StepResult['out']): void {
    const sight: Leave = { kind: 'leave', tid, index, result, out }
    this.left.set(index, sight)
    this.sights.push(sight)
    this.open.delete(tid)
    this.results[index]!.result = result
    const amid = this.amid.get(tid)
    if (amid === undefined) return
    this.amid.delete(tid)
    this.sights.push(...amid)
    if (typeof result !== 'number') this.trouble ??= AMID
  }

  private outOf(index: number, result: number, hex: readonly string[]): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    this.encoded[index]!.blocks.forEach(({ name, shape, length }, i) => {
      const value = readStructure(shape, hex[i] ?? '-', length ?? result)
      if (value !== undefined) out[name] = value
    })
    return out
  }

  /**
   * A call that has come back is over before the handlers run, although the program sees its result after them. Frames
   * are stacked before the first handler starts, so those that start first were delivered last.
   */
  private handler(words: readonly string[]): void {
    const [, tid, signal, code, pid, status, , where, result] = words as [string, ...string[]]
    const name = codeName(Number(signal), Number(code))
    const sight: Handler = {
      kind: 'signal',
      tid: Number(tid),
      signal: Number(signal),
      code: name,
      pid: Number(pid),
      ...(name.startsWith('CLD_') && { status: Number(status) }),
    }
    const later = this.nested.get(sight.tid) ?? []
    this.nested.set(sight.tid, [...later, sight])
    if (where === 'n') return
    this.nested.delete(sight.tid)
    const index = this.open.get(sight.tid)
    if (where === 'l' && index !== undefined) this.cameBack(index, sight.tid, resultOf(Number(result)), null)
    const all = [sight, ...later.toReversed()]
    if (where === 't' && index !== undefined) this.amid.set(sight.tid, [...(this.amid.get(sight.tid) ?? []), ...all])
    else this.sights.push(...all)
  }

  private gone(tid: number, status: number | undefined): void {
    if (this.dead.has(tid)) return
    this.dead.add(tid)
    const isRenumbered = this.isWrapped && status !== undefined && (status & 0x7f) >= FIRST_REAL_TIME
    this.sights.push({ kind: 'gone', tid, status: isRenumbered ? undefined : status })
  }

  private settled(words: readonly string[]): void {
    const standings = new Map<number, Standing>()
    for (const tid of this.made.values()) standings.set(tid, 'user')
    for (const word of words.slice(2)) {
      const [slot, state] = word.split(':') as [string, string]
      const tid = this.made.get(Number(slot))
      if (tid === undefined) continue
      const standing = STANDINGS[state[0]!]
      if (standing === undefined) standings.delete(tid)
      else standings.set(tid, standing)
      if (standing === undefined) this.gone(tid, undefined)
      else if (standing === 'zombie') this.gone(tid, this.showsStatus ? statusShown(Number(state.slice(1))) : undefined)
    }
    this.sights.push({ kind: 'settled', index: this.index, standings })
  }

  private flushSnapshot(): void {
    if (this.snapshot.length === 0) return
    this.sights.push({ kind: 'snapshot', index: this.index, texts: this.snapshot })
    this.snapshot = []
  }

  private resolved(index: number): Record<string, unknown> {
    const args: Record<string, unknown> = {}
    for (const [name, argument] of Object.entries(this.program.steps[index]!.args)) args[name] = this.resolve(argument)
    return args
  }

  private resolve(argument: Argument): unknown {
    if (!isHandle(argument)) return argument
    const { made, part, negated, plus } = argument as Inside
    const value = this.madeBy(made, part ?? 0) + (plus ?? 0)
    return negated === true ? -value : value
  }

  private madeBy(id: number, part: number): number {
    const index = this.program.steps.findIndex((step) => step.id === id)
    const tid = this.made.get(id === FIRST_STEP ? 0 : index + 1)
    if (tid !== undefined) return tid
    const { result, out } = this.results[index]!
    const fds = out?.fds as readonly number[] | undefined
    return fds === undefined ? Number(result) : fds[part]!
  }
}

const resultOf = (word: number): Result => (word < 0 && word >= -MAX_ERRNO ? (errnoName(-word) as Result) : word)

/** `z KEY TEXT`; a key of a process or descriptor has a number or two in it. */
function snapshotText(line: string): SnapshotText {
  const parts = /^z ((?:stat|status) \d+|(?:fd|fdinfo) \d+ \d+|queue \S+|\S+) (.*)$/s.exec(line)
  return parts === null ? { key: '', text: line } : { key: parts[1]!, text: parts[2]!.replaceAll('\x1f', '\n') }
}

/** Of a dead thread whose process is stopped the number of the stop is shown in the place. Source: fs/proc/array.c do_task_stat(). */
const statusShown = (status: number): number | undefined =>
  status > 0 && status <= SIGNAL_MAX && hasSignal(STOP_SIGNALS, status) ? undefined : status
