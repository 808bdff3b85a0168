// What a capture shows, as far as one pass over its text tells: enough to say where a fault of some class can be planted.
// It knows nothing of the model, by which the faults are to be found.
import type { CallInterval } from '../strace/interval.ts'
import type { ExitedLine, KilledLine, SignalLine } from '../strace/lines.ts'
import { Stitcher } from '../strace/stitch.ts'

/** An open descriptor that a call of the capture has made. */
export interface Slot {
  readonly kind: 'pipe-read' | 'pipe-write' | 'file' | 'other'
  readonly cloexec: boolean
  /** An execve since it was made, in this process or in one that handed it on. */
  readonly throughExec: boolean
}

/** A call that returned, and what was so when it did. */
export interface Seen {
  readonly call: CallInterval
  readonly pid: number
  /** The process of the thread. */
  readonly process: number
  readonly name: string
  readonly args: string
  readonly enter: number
  readonly leave: number
  /** The result as a number; -1 for an error. */
  readonly value: number
  readonly errno: string
  /** What its first argument refers to as a descriptor. */
  readonly slot: Slot | undefined
  /** The process has made or closed this descriptor before. */
  readonly knew: ReadonlySet<number>
  /** Descriptors that the last execve of the process has closed. */
  readonly closedByExec: ReadonlySet<number>
  /** Handlers that the last execve has reset, by signal. */
  readonly handlersBefore: ReadonlyMap<string, string>
}

export interface History {
  readonly lines: readonly string[]
  readonly closed: boolean
  readonly calls: readonly Seen[]
  readonly signals: readonly SignalLine[]
  readonly deaths: readonly (ExitedLine | KilledLine)[]
  /** The parent of each process that a call of the capture made. */
  readonly parents: ReadonlyMap<number, number>
  /** The thread of each line, by its number; 0 for none. */
  readonly pids: readonly number[]
}

interface Process {
  readonly slots: Map<number, Slot>
  readonly knew: Set<number>
  readonly handlers: Map<string, string>
  closedByExec: ReadonlySet<number>
  handlersBefore: ReadonlyMap<string, string>
}

const newProcess = (): Process => ({
  slots: new Map(),
  knew: new Set(),
  handlers: new Map(),
  closedByExec: new Set(),
  handlersBefore: new Map(),
})

const MAKERS = /^(clone3?|v?fork)$/

/** Read the text of a capture. */
export function historyOf(text: string): History {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const stitcher = new Stitcher()
  lines.forEach((line, index) => {
    if (!line.startsWith('#')) stitcher.read(line, index + 1)
  })
  stitcher.finish()
  return new Reader(lines).read(stitcher)
}

class Reader {
  private readonly lines: readonly string[]
  private readonly calls: Seen[] = []
  private readonly signals: SignalLine[] = []
  private readonly deaths: (ExitedLine | KilledLine)[] = []
  private readonly parents = new Map<number, number>()
  private readonly leaders = new Map<number, number>()
  private readonly processes = new Map<number, Process>()
  /** Calls under way that make a process, by the thread. */
  private readonly making = new Map<number, CallInterval>()

  constructor(lines: readonly string[]) {
    this.lines = lines
  }

  read(stitcher: Stitcher): History {
    for (let event = stitcher.next(); event !== undefined; event = stitcher.next()) {
      if (event.kind === 'enter') this.enter(event.pid, event.call)
      else if (event.kind === 'leave') this.leave(event.pid, event.call)
      else if (event.kind === 'signal') this.signals.push(event)
      else if (event.kind === 'exited' || event.kind === 'killed') this.deaths.push(event)
    }
    return {
      lines: this.lines,
      closed: this.lines.some((line) => /^# closed: yes/.test(line)),
      calls: this.calls,
      signals: this.signals,
      deaths: this.deaths,
      parents: this.parents,
      pids: ['', ...this.lines].map((line) => Number(/^(?:\[pid +)?(\d+)/.exec(line)?.[1] ?? 0)),
    }
  }

  private processOf(pid: number): Process {
    const leader = this.leaders.get(pid) ?? pid
    let process = this.processes.get(leader)
    if (process === undefined) this.processes.set(leader, (process = newProcess()))
    return process
  }

  private enter(pid: number, call: CallInterval): void {
    if (!MAKERS.test(call.name)) return
    this.making.set(pid, call)
    // Its result is known at the entry if both stand on one line, and the child may speak before the call returns.
    if (call.result?.kind === 'value') this.born(pid, call)
  }

  private born(pid: number, { args, result }: CallInterval): void {
    if (result?.kind !== 'value' || result.value <= 0) return
    const maker = this.leaders.get(pid) ?? pid
    if (args.includes('CLONE_THREAD')) {
      this.leaders.set(result.value, maker)
      return
    }
    this.parents.set(result.value, maker)
    if (this.processes.has(result.value)) return
    const { slots, knew, handlers, closedByExec, handlersBefore } = this.processOf(pid)
    this.processes.set(result.value, {
      slots: args.includes('CLONE_FILES') ? slots : new Map(slots),
      knew: new Set(knew),
      handlers: new Map(handlers),
      closedByExec,
      handlersBefore,
    })
  }

  private leave(pid: number, call: CallInterval): void {
    const { name, args, result, enterLine, leaveLine } = call
    if (MAKERS.test(name)) this.born(pid, call)
    if (result === undefined || leaveLine === undefined || result.kind === 'none') return
    const process = this.processOf(pid)
    const value = result.kind === 'value' ? result.value : -1
    this.calls.push({
      call,
      pid,
      process: this.leaders.get(pid) ?? pid,
      name,
      args,
      enter: enterLine,
      leave: leaveLine,
      value,
      errno: result.kind === 'error' ? result.errno : '',
      slot: process.slots.get(Number.parseInt(args, 10)),
      knew: new Set(process.knew),
      closedByExec: process.closedByExec,
      handlersBefore: process.handlersBefore,
    })
    if (result.kind === 'value') this.effect(process, name, args, value)
  }

  private effect(process: Process, name: string, args: string, value: number): void {
    const cloexec = /CLOEXEC/.test(args)
    const fd = Number.parseInt(args, 10)
    const open = (at: number, slot: Partial<Slot>) => {
      process.knew.add(at)
      process.slots.set(at, { kind: 'other', throughExec: false, cloexec, ...slot })
    }
    const copied = process.slots.get(fd)?.kind ?? 'other'
    if (/^(open|openat|openat2|creat)$/.test(name)) open(value, { kind: 'file' })
    else if (/^(dup[23]?)$/.test(name) || (name === 'fcntl' && args.includes('F_DUPFD'))) open(value, { kind: copied })
    else if (/^(socket|accept4?|eventfd2?|epoll_create1?|memfd_create|mq_open)$/.test(name)) open(value, {})
    else if (/^(pipe2?)$/.test(name)) {
      const [read, write] = [...args.matchAll(/\d+/g)].map(([digits]) => Number(digits))
      open(read!, { kind: 'pipe-read' })
      open(write!, { kind: 'pipe-write' })
    } else if (name === 'close') {
      process.knew.add(fd)
      process.slots.delete(fd)
    } else if (name === 'close_range') process.slots.clear()
    else if (name === 'fcntl' && args.includes('F_SETFD') && process.slots.has(fd))
      process.slots.set(fd, { ...process.slots.get(fd)!, cloexec })
    else if (name === 'rt_sigaction') this.handles(process, args)
    else if (name.startsWith('execve')) this.exec(process)
  }

  private handles(process: Process, args: string): void {
    const [, signal, handler] = /^(\w+), \{sa_handler=(\w+)/.exec(args) ?? []
    if (signal !== undefined && handler !== undefined) process.handlers.set(signal, handler)
  }

  private exec(process: Process): void {
    const closed = [...process.slots].filter(([, { cloexec }]) => cloexec).map(([fd]) => fd)
    process.closedByExec = new Set(closed)
    for (const fd of closed) process.slots.delete(fd)
    for (const [fd, slot] of process.slots) process.slots.set(fd, { ...slot, throughExec: true })
    process.handlersBefore = new Map([...process.handlers].filter(([, handler]) => handler.startsWith('0x')))
    process.handlers.clear()
  }
}
