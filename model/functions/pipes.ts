import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { pipeEndChart } from '../lifecycle/pipe-end.ts'
import { SIGPIPE } from '../signals.ts'
import type { AccessMode, OpenFileDescription, Pipe, PipeBuffer } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import { fails, goesOn, isBlocked, isUndecided, succeeds, type Answer } from '../syscall.ts'
import { PAGE } from './memory.ts'
import { NOTHING_DONE } from './unfinished-calls.ts'

/** Pages that a pipe holds. Source: pipe(7) "Pipe capacity"; include/linux/pipe_fs_i.h PIPE_DEF_BUFFERS. */
export const PIPE_SLOTS = 16

export const EMPTY_PIPE: Pipe = {
  readEnd: pipeEndChart.initial,
  writeEnd: pipeEndChart.initial,
  readers: 0,
  writers: 0,
  readerOpenings: 0,
  writerOpenings: 0,
  buffers: [],
}

export const mayRead = (access: AccessMode): boolean => access === 'O_RDONLY' || access === 'O_RDWR'
export const mayWrite = (access: AccessMode): boolean => access === 'O_WRONLY' || access === 'O_RDWR'

/** One more open file description of a pipe: a reader, a writer or both. Source: fs/pipe.c create_pipe_files(), fifo_open(). */
export function pipeOpened(kernel: Kernel, inode: number, access: AccessMode): void {
  const row = kernel.inodes.edit(inode)
  let pipe = row.pipe!
  if (mayRead(access)) {
    const readEnd = advance(pipeEndChart, pipe.readEnd, 'OPEN')
    pipe = { ...pipe, readEnd, readers: pipe.readers + 1, readerOpenings: pipe.readerOpenings + 1 }
  }
  if (mayWrite(access)) {
    const writeEnd = advance(pipeEndChart, pipe.writeEnd, 'OPEN')
    pipe = { ...pipe, writeEnd, writers: pipe.writers + 1, writerOpenings: pipe.writerOpenings + 1 }
  }
  row.pipe = pipe
}

/**
 * An open file description of a pipe is gone: one reader, one writer or both fewer. Data nobody can read any more goes
 * with the last. Source: pipe(7), fifo(7); fs/pipe.c pipe_release(), put_pipe_info().
 */
export function pipeRelease(kernel: Kernel, { inode, access }: Readonly<OpenFileDescription>): void {
  const row = kernel.inodes.edit(inode)
  let pipe = row.pipe!
  if (mayRead(access)) {
    const readEnd = advance(pipeEndChart, pipe.readEnd, pipe.readers === 1 ? 'LAST_RELEASE' : 'RELEASE')
    pipe = { ...pipe, readEnd, readers: pipe.readers - 1 }
  }
  if (mayWrite(access)) {
    const writeEnd = advance(pipeEndChart, pipe.writeEnd, pipe.writers === 1 ? 'LAST_RELEASE' : 'RELEASE')
    pipe = { ...pipe, writeEnd, writers: pipe.writers - 1 }
  }
  row.pipe = pipe.readers + pipe.writers === 0 ? kernel.fn.freePipe(pipe) : pipe
}

/** Both ends are gone, and with them the data; a FIFO's next opening makes a new pipe. Source: fs/pipe.c free_pipe_info(). */
export function freePipe(pipe: Pipe): Pipe {
  advance(pipeEndChart, pipe.readEnd, 'FREE')
  advance(pipeEndChart, pipe.writeEnd, 'FREE')
  return EMPTY_PIPE
}

/** Bytes of one slot up to which the model follows what they are. */
const FOLLOWED = 256

/** A slot's content, as far as the model knows it. */
const follow = (bytes: number, data: string): string => (data.length === bytes && bytes <= FOLLOWED ? data : '')

/** What reads and writes do to a pipe's slots: what is left in them, and how many bytes went. */
export interface Transfer {
  readonly buffers: readonly PipeBuffer[]
  readonly bytes: number
}

/** What was read; `data` where all of it was followed. */
export interface Taken extends Transfer {
  readonly data: string | undefined
}

/**
 * Take up to `count` bytes out. A slot is free again when it is read to its end, not before; of a packet one read takes
 * the beginning and drops the rest. Source: pipe(7), pipe2(2) O_DIRECT; fs/pipe.c pipe_read().
 */
export function takeFromPipe(buffers: readonly PipeBuffer[], count: number): Taken {
  let bytes = 0
  let data: string | undefined = ''
  for (let slot = 0; slot < buffers.length && bytes < count; slot++) {
    const buffer = buffers[slot]!
    const part = Math.min(buffer.bytes, count - bytes)
    const behind = buffers.slice(slot + 1)
    bytes += part
    data = data === undefined || buffer.data.length < buffer.bytes ? undefined : data + buffer.data.slice(0, part)
    if (buffer.packet) return { buffers: behind, bytes, data }
    if (part < buffer.bytes) {
      const left = { ...buffer, bytes: buffer.bytes - part, data: buffer.data.slice(part) }
      return { buffers: [left, ...behind], bytes, data }
    }
    if (bytes === count) return { buffers: behind, bytes, data }
  }
  return { buffers: [], bytes, data }
}

/**
 * Put up to `count` bytes in. With `merge` what is more than whole pages goes behind the data of the last slot if all of
 * it fits there; the rest takes new slots, a page each. `data` may be shorter than `count`, where a trace shows less.
 * Source: pipe(7); fs/pipe.c pipe_write().
 */
export function putIntoPipe(
  buffers: readonly PipeBuffer[],
  data: string,
  count: number,
  { merge, packet }: { readonly merge: boolean; readonly packet: boolean },
): Transfer {
  const filled = buffers.slice()
  let bytes = 0
  if (merge && fitsBehind(buffers, count)) {
    const last = buffers.at(-1)!
    bytes = count % PAGE
    const sum = last.bytes + bytes
    const known = last.data.length === last.bytes ? last.data + data.slice(0, bytes) : ''
    filled[filled.length - 1] = { ...last, bytes: sum, room: last.room - bytes, data: follow(sum, known) }
  }
  while (bytes < count && filled.length < PIPE_SLOTS) {
    const part = Math.min(PAGE, count - bytes)
    const known = follow(part, data.slice(bytes, bytes + part))
    filled.push({ bytes: part, room: packet ? 0 : PAGE - part, packet, data: known })
    bytes += part
  }
  return { buffers: filled, bytes }
}

/** What is more than whole pages fits behind the data of the last slot. */
const fitsBehind = (buffers: readonly PipeBuffer[], count: number): boolean =>
  count % PAGE > 0 && count % PAGE <= (buffers.at(-1)?.room ?? 0)

/** End-of-file: no writer is left. Source: pipe(7); fs/pipe.c pipe_read(). */
export function isAtEndOfFile(_kernel: Kernel, pipe: Pipe): boolean {
  return pipe.writeEnd !== 'open'
}

/** Nobody is left to read. Source: pipe(7); fs/pipe.c pipe_write(). */
export function isBroken(_kernel: Kernel, pipe: Pipe): boolean {
  return pipe.readEnd !== 'open'
}

/**
 * What is buffered, up to `count` bytes; 0 at end-of-file, that is when nothing is and no writer is left.
 * Errors: EAGAIN. Blocks otherwise.
 * Source: read(2), pipe(7); fs/pipe.c pipe_read().
 */
export function pipeRead(kernel: Kernel, caller: Readonly<Thread>, description: number, count: number): Answer {
  if (count === 0) return succeeds(0)
  const { inode, nonblock } = kernel.descriptions.at(description)
  const pipe = kernel.inodes.at(inode).pipe!
  if (pipe.buffers.length > 0) {
    const { bytes, data } = takeFromPipe(pipe.buffers, count)
    const effect = (k: Kernel) => {
      const row = k.inodes.edit(inode)
      row.pipe = { ...row.pipe!, buffers: takeFromPipe(row.pipe!.buffers, count).buffers }
    }
    return succeeds(bytes, effect, data === undefined ? undefined : { buf: data })
  }
  if (kernel.fn.isAtEndOfFile(kernel, pipe)) return succeeds(0)
  if (nonblock && !sleeps(caller)) return fails('EAGAIN')
  return kernel.fn.sleepsOn(kernel, caller, description, kernel.inodes.key(inode))
}

/**
 * All `count` bytes; without room a blocking write puts in what fits and waits for more, so that others may come
 * between. With O_NONBLOCK up to a page goes in whole or not at all, more than that as far as it fits.
 *
 * Returns the bytes written. Errors: EAGAIN; EPIPE, nobody can read, after SIGPIPE to the calling thread, which comes
 * even if a part was written.
 * Source: write(2), pipe(7); fs/pipe.c pipe_write().
 */
export function pipeWrite(
  kernel: Kernel,
  caller: Readonly<Thread>,
  description: number,
  data: string,
  count: number,
): Answer {
  if (count === 0) return succeeds(0)
  const { inode, nonblock, direct: packet } = kernel.descriptions.at(description)
  const pipe = kernel.inodes.at(inode).pipe!
  const done = caller.unfinished?.bytes ?? 0
  if (kernel.fn.isBroken(kernel, pipe)) {
    return [{ result: done > 0 ? done : 'EPIPE', effect: (k) => k.fn.sendSigpipe(k, caller.tid) }]
  }
  const put = (merge: boolean): Answer => {
    const fill = (buffers: readonly PipeBuffer[]) =>
      putIntoPipe(buffers, data.slice(done), count - done, { merge, packet })
    const { bytes } = fill(pipe.buffers)
    const effect = (k: Kernel) => {
      const row = k.inodes.edit(inode)
      row.pipe = { ...row.pipe!, buffers: fill(row.pipe!.buffers).buffers }
    }
    if (done + bytes === count) return succeeds(count, effect)
    if (nonblock && bytes > 0) return succeeds(done + bytes, effect)
    if (nonblock && !sleeps(caller)) return fails('EAGAIN')
    if (bytes === 0) return kernel.fn.sleepsOn(kernel, caller, description, kernel.inodes.key(inode))
    return goesOn((k) => {
      effect(k)
      k.fn.notePart(k, caller.tid, description, done + bytes)
    })
  }
  if (done > 0) return put(false)
  return caller.slept && fitsBehind(pipe.buffers, count) ? eitherWay(put(false), put(true)) : put(true)
}

/** O_NONBLOCK comes too late for whoever sleeps already: it is looked at again only when there is something to do. */
const sleeps = ({ slept, unfinished }: Readonly<Thread>): boolean => slept || unfinished !== null

/** A write that has slept tried the last slot before, unless it only came when it was seen to wait. */
function eitherWay(fresh: Answer, merging: Answer): Answer {
  if (isBlocked(merging) || isUndecided(merging)) return fresh
  return isBlocked(fresh) || isUndecided(fresh) ? merging : [...fresh, ...merging]
}

/** A write has put in a part and stays. */
export function notePart(kernel: Kernel, tid: number, description: number, bytes: number): void {
  const { unfinished } = kernel.threads.at(tid)
  const held = unfinished === null ? kernel.fn.fdget(kernel, tid, description) : unfinished.description
  kernel.fn.stayInCall(kernel, tid, { ...NOTHING_DONE, description: held, bytes })
}

/** SIGPIPE, to the thread that wrote. Source: signal(7), pipe(7); fs/pipe.c pipe_write(). */
export function sendSigpipe(kernel: Kernel, tid: number): void {
  kernel.fn.sendToThread(kernel, tid, { signal: SIGPIPE, code: 'SI_USER', pid: kernel.threads.at(tid).pid })
}
