import type { Kernel } from '../kernel.ts'
import { SIGTTIN, SIGTTOU } from '../signals.ts'
import type { Thread } from '../state/threads.ts'
import type { Terminal } from '../state/terminals.ts'
import {
  answer,
  blocksOn,
  fails,
  goesOn,
  isUndecided,
  succeeds,
  type Answer,
  type Outcome,
  type Undecided,
} from '../syscall.ts'
import { NOTHING_DONE } from './unfinished-calls.ts'

/** Bytes that either direction surely holds; the model does not say what happens to more. */
const CAPACITY = 4095

/** Bytes of a write that are passed on before anything else is looked at again. Source: drivers/tty/tty_io.c iterate_tty_write(). */
const CHUNK = 2048

/** How many different counts a read of the master is shown to return. */
const MOST_COUNTS = 64

/**
 * read(2) of `count` bytes of a terminal, by the id of the open file description. The slave's input comes in lines, the
 * master reads as much of the output as there is or less. Both sides' bytes are only counted: there is no `out`.
 *
 * Errors: EIO, the reader's group is in the background and cannot be stopped, or the other side is gone; EAGAIN.
 * A slave that hung up reads 0. Source: pty(7), termios(3); drivers/tty/n_tty.c n_tty_read().
 */
export function ttyRead(kernel: Kernel, caller: Readonly<Thread>, description: number, count: number): Answer {
  return kernel.descriptions.at(description).kind === 'terminal-master'
    ? readMaster(kernel, caller, description, count)
    : readSlave(kernel, caller, description, count)
}

function readSlave(kernel: Kernel, caller: Readonly<Thread>, description: number, count: number): Answer {
  const { terminal: id, nonblock } = kernel.descriptions.at(description)
  const terminal = kernel.terminals.at(id)
  const sleeps = caller.unfinished !== null
  // A reader that was asleep may find the other side closed before it finds that it was hung up.
  if (terminal.state === 'hung-up') return sleeps && count > 0 ? [{ result: 0 }, { result: 'EIO' }] : succeeds(0)
  // Whoever sleeps has been checked, and is not checked again when input comes.
  const check = sleeps ? 'ok' : terminal.failed ? 'EIO' : kernel.fn.ttyCheckChange(kernel, caller, id, SIGTTIN)
  if (check === 'EIO') return fails('EIO')
  if (check === 'stop') return kernel.fn.stopBackground(caller, SIGTTIN)
  if (!terminal.followed) return NOT_FOLLOWED
  if (!mayReadNow(terminal.slaveReaders, caller.tid)) return waitsForTurn(kernel, caller, description)
  if (count === 0) return oneAtATime(kernel, caller, description, succeeds(0))
  const line = terminal.lines[0]
  if (line === undefined) {
    return nonblock && !sleeps ? fails('EAGAIN') : waitsForInput(kernel, caller, description, terminal.slaveReaders)
  }
  const bytes = Math.min(count, line)
  const taken = succeeds(bytes, (k) => {
    const to = k.terminals.edit(id)
    to.lines = bytes === line ? to.lines.slice(1) : [line - bytes, ...to.lines.slice(1)]
  })
  return oneAtATime(kernel, caller, description, taken)
}

function readMaster(kernel: Kernel, caller: Readonly<Thread>, description: number, count: number): Answer {
  const { terminal: id, nonblock } = kernel.descriptions.at(description)
  const { output, slaveClosed, followed, masterReaders } = kernel.terminals.at(id)
  if (!followed) return NOT_FOLLOWED
  if (!mayReadNow(masterReaders, caller.tid)) return waitsForTurn(kernel, caller, description)
  if (count === 0) return oneAtATime(kernel, caller, description, succeeds(0))
  if (output === 0) {
    if (slaveClosed) return oneAtATime(kernel, caller, description, fails('EIO'))
    const asleep = caller.slept || caller.unfinished !== null
    return nonblock && !asleep ? fails('EAGAIN') : waitsForInput(kernel, caller, description, masterReaders)
  }
  const most = Math.min(count, output)
  if (most > MOST_COUNTS) return noLonger(id, 'how much of a long output one read of a master gets')
  const take = (bytes: number) => ({
    result: bytes,
    effect: (k: Kernel) => void (k.terminals.edit(id).output -= bytes),
  })
  const counts = Array.from({ length: most }, (_, index) => take(most - index))
  // The output is passed on by a worker of the kernel's: a reader that does not wait may come too early.
  return nonblock ? [...counts, { result: 'EAGAIN' }] : counts
}

/** It is the caller's turn to read, or nobody's: then the first who waits may go on, or somebody who comes just now. */
function mayReadNow(readers: readonly number[], tid: number): boolean {
  const [reading = 0, next] = readers
  return reading === tid || (reading === 0 && (next === tid || !readers.includes(tid)))
}

/** Another reads, and sleeps: readers take their turns, and where that would mean to wait, those who do not wait get nothing. */
function waitsForTurn(kernel: Kernel, caller: Readonly<Thread>, description: number): Answer {
  const { terminal, nonblock } = kernel.descriptions.at(description)
  if (caller.unfinished !== null) return blocksOn(kernel.terminals.key(terminal))
  return nonblock && !caller.slept ? fails('EAGAIN') : goesOn((k) => k.fn.sleepInRead(k, caller.tid, description))
}

/** The caller has its turn, which it keeps while it sleeps. */
function waitsForInput(
  kernel: Kernel,
  caller: Readonly<Thread>,
  description: number,
  readers: readonly number[],
): Answer {
  if (readers[0] === caller.tid) return blocksOn(kernel.terminals.key(kernel.descriptions.at(description).terminal))
  return goesOn((k) => k.fn.sleepInRead(k, caller.tid, description))
}

/** Who does not wait may find another in the middle of a read that does not sleep. */
function oneAtATime(
  kernel: Kernel,
  caller: Readonly<Thread>,
  description: number,
  outcomes: readonly Outcome[],
): readonly Outcome[] {
  const { nonblock, terminal, kind } = kernel.descriptions.at(description)
  if (!nonblock || caller.unfinished !== null) return outcomes
  const isReading = (other: Readonly<Thread>) => {
    if (other.tid === caller.tid || (other.state !== 'in-call' && other.state !== 'returning')) return false
    if (other.call?.syscall.name !== 'read') return false
    const read = kernel.descriptions.get(kernel.fn.describedBy(kernel, other, other.call.args.fd as number))
    return read?.terminal === terminal && read.kind === kind
  }
  return kernel.threads.rows().some(isReading) ? [...outcomes, { result: 'EAGAIN' }] : outcomes
}

/**
 * The reader has been found to be in the foreground, and sleeps: until there is input, when it is its turn to read, and
 * else until those before it have read. Source: drivers/tty/n_tty.c n_tty_read(), atomic_read_lock.
 */
export function sleepInRead(kernel: Kernel, tid: number, description: number): void {
  const { terminal, kind } = kernel.descriptions.at(description)
  const row = kernel.terminals.edit(terminal)
  const side = kind === 'terminal-master' ? 'masterReaders' : 'slaveReaders'
  const [reading = 0, ...waiting] = row[side]
  row[side] = reading === 0 ? [tid, ...waiting.filter((other) => other !== tid)] : [reading, ...waiting, tid]
  if (kernel.threads.at(tid).unfinished !== null) return
  kernel.fn.stayInCall(kernel, tid, {
    ...NOTHING_DONE,
    description: kernel.fn.fdget(kernel, tid, description),
    terminal,
  })
}

/** A reader that slept has read, or gives up: it is the next one's turn. */
export function leaveReaders(kernel: Kernel, tid: number, terminal: number): void {
  const row = kernel.terminals.edit(terminal)
  row.slaveReaders = withoutReader(row.slaveReaders, tid)
  row.masterReaders = withoutReader(row.masterReaders, tid)
}

function withoutReader(readers: readonly number[], tid: number): readonly number[] {
  const [reading = 0, ...waiting] = readers
  if (reading === tid) return waiting.length === 0 ? [] : [0, ...waiting]
  const left = waiting.filter((other) => other !== tid)
  return reading === 0 && left.length === 0 ? [] : [reading, ...left]
}

/**
 * write(2) of `count` bytes to a terminal; `text` may be only their beginning, or go on behind them. They go a chunk at a
 * time, and what comes between two chunks leaves the writer with those before.
 *
 * Errors: EIO, the slave hung up, or the writer's group is in the background, TOSTOP is set, and it cannot be stopped.
 * Source: pty(7), termios(3); drivers/tty/tty_io.c iterate_tty_write(), drivers/tty/n_tty.c n_tty_write(),
 * n_tty_receive_buf().
 */
export function ttyWrite(
  kernel: Kernel,
  caller: Readonly<Thread>,
  description: number,
  text: string,
  count: number,
): Answer {
  const done = caller.unfinished?.bytes ?? 0
  const row = kernel.descriptions.at(description)
  const id = row.terminal
  const terminal = kernel.terminals.at(id)
  if (row.kind === 'terminal') {
    if (terminal.state === 'hung-up' && caller.objectGone) return CUT_SHORT
    if (terminal.state === 'hung-up' || terminal.failed) return done > 0 ? succeeds(done) : fails('EIO')
    const check =
      terminal.stopOutput && terminal.followed ? kernel.fn.ttyCheckChange(kernel, caller, id, SIGTTOU) : 'ok'
    if (check === 'EIO') return done > 0 ? succeeds(done) : fails('EIO')
    if (check === 'stop') return done > 0 ? succeeds(done) : kernel.fn.stopBackground(caller, SIGTTOU)
  }
  if (count === 0) return succeeds(0)
  if (!terminal.followed) return NOT_FOLLOWED
  const data = text.slice(done, count)
  if (data.length < count - done) return noLonger(id, 'a terminal is written bytes that are not known')
  const why = whyTooMuch(terminal, row.kind, data)
  if (why !== undefined) return noLonger(id, why)
  const chunk = data.slice(0, CHUNK)
  const pass = (k: Kernel) => {
    if (row.kind === 'terminal') k.terminals.edit(id).output += processedLength(chunk)
    else k.fn.receiveInput(k, id, chunk)
  }
  if (chunk.length === data.length) return withStop(kernel, caller, done, succeeds(count, pass))
  const goesOn: Outcome = {
    result: 0,
    goesOn: 'awake',
    effect: (k) => {
      pass(k)
      k.fn.notePart(k, caller.tid, description, done + chunk.length)
    },
  }
  return withStop(kernel, caller, done, [goesOn])
}

/** Between two chunks a signal ends the write. */
function withStop(
  kernel: Kernel,
  caller: Readonly<Thread>,
  done: number,
  outcomes: readonly Outcome[],
): readonly Outcome[] {
  return done > 0 && kernel.fn.isInterrupted(kernel, caller) ? [...outcomes, { result: done }] : outcomes
}

/** Why a terminal may not take all that is written; undefined where it does. */
function whyTooMuch(terminal: Readonly<Terminal>, to: string, data: string): string | undefined {
  if (terminal.output + processedLength(data) > CAPACITY) return 'more output than a terminal surely holds'
  if (to === 'terminal') return undefined
  if (!isPlain(data)) return 'control characters typed at a terminal'
  const held = terminal.lines.reduce((sum, line) => sum + line, terminal.partialLine)
  return held + data.length > CAPACITY ? 'more input than a terminal surely holds' : undefined
}

/** What a writer has written that the terminal has not surely had room for, when it hangs up. */
const CUT_SHORT: Undecided = {
  undecided: 'how much of a long output a terminal took before it hung up',
  harmless: true,
  never: 'EBADF',
}

/**
 * The slave hangs up: who writes to it more than it surely holds may be in the middle.
 * Source: drivers/tty/tty_io.c iterate_tty_write(), __tty_hangup().
 */
export function cutWritersShort(kernel: Kernel, terminal: number): void {
  kernel.threads.forEach((thread) => {
    if (thread.state !== 'in-call' || thread.call!.syscall.name !== 'write') return
    const description = kernel.fn.describedBy(kernel, thread, thread.call!.args.fd as number)
    const row = kernel.descriptions.get(description)
    if (row?.terminal !== terminal || row.kind !== 'terminal') return
    if (isUndecided(answer(kernel, thread, thread.call!))) kernel.threads.edit(thread.tid).objectGone = true
  })
}

const NOT_FOLLOWED: Undecided = {
  undecided: 'bytes of a terminal that are not followed',
  harmless: true,
  never: 'EBADF',
}

/** From here on the bytes of the terminal are not followed; its job control is. */
const noLonger = (terminal: number, why: string): Undecided => ({
  undecided: why,
  harmless: true,
  never: 'EBADF',
  effect: (k) => void (k.terminals.edit(terminal).followed = false),
})

/** Output with each newline made two bytes (ONLCR). */
const processedLength = (data: string): number => data.length + data.split('\n').length - 1

/** Nothing that the line discipline takes for itself by default. */
const isPlain = (data: string): boolean => /^[\n -~]*$/.test(data)

/** Input arrives: complete lines can be read, and all of it is echoed. Source: termios(3); drivers/tty/n_tty.c n_tty_receive_char(). */
export function receiveInput(kernel: Kernel, terminal: number, data: string): void {
  const row = kernel.terminals.edit(terminal)
  const parts = data.split('\n')
  const lines = parts.slice(0, -1).map((part, index) => part.length + 1 + (index === 0 ? row.partialLine : 0))
  row.partialLine = parts.at(-1)!.length + (lines.length === 0 ? row.partialLine : 0)
  row.lines = [...row.lines, ...lines]
  row.output += processedLength(data)
}
