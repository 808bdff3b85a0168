import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { socketChart } from '../lifecycle/socket.ts'
import type { OpenFileDescription } from '../state/open-files.ts'
import type { SocketMessage } from '../state/sockets.ts'
import type { BeingReceived, Thread } from '../state/threads.ts'
import { fails, succeeds, type Answer, type OutValues } from '../syscall.ts'
import { isWatched } from './promised-descriptors.ts'
import { NOTHING_DONE } from './unfinished-calls.ts'

/** Messages and bytes that a socket surely holds; the model does not say what happens to more. */
const SURE_MESSAGES = 64
const SURE_BYTES = 32_768

/** Bytes of one message up to which the model follows what they are. */
const FOLLOWED = 256

/** Two connected sockets, by their ids, each with an inode of its own. Source: socketpair(2); net/unix/af_unix.c unix_socketpair(). */
export function newSocketPair(kernel: Kernel, maker: number): readonly [number, number] {
  const make = () =>
    kernel.sockets.add(maker, () => ({
      state: socketChart.initial,
      peer: 0,
      queue: [],
      receiveShut: false,
      sendShut: false,
    }))
  const pair = [make(), make()] as const
  kernel.sockets.edit(pair[0]).peer = pair[1]
  kernel.sockets.edit(pair[1]).peer = pair[0]
  return pair
}

/** The socket behind an open file description. */
export const socketOf = (kernel: Kernel, { inode }: Readonly<OpenFileDescription>): number =>
  kernel.inodes.at(inode).object

/** What a read of `count` bytes takes: of several messages, but of none beyond one that brings descriptors. */
export interface Received {
  readonly queue: readonly SocketMessage[]
  readonly bytes: number
  readonly data: string | undefined
  readonly rights: readonly number[]
}

/** Source: net/unix/af_unix.c unix_stream_read_generic(). */
export function takeFromSocket(queue: readonly SocketMessage[], count: number): Received {
  const left = queue.slice()
  let bytes = 0
  let data: string | undefined = ''
  let rights: readonly number[] = []
  while (bytes < count && left.length > 0 && rights.length === 0) {
    const message = left.shift()!
    const part = Math.min(count - bytes, message.bytes)
    const known = message.data.length === message.bytes
    data = data !== undefined && known ? data + message.data.slice(0, part) : undefined
    bytes += part
    rights = message.rights
    if (part === message.bytes) continue
    left.unshift({ bytes: message.bytes - part, data: known ? message.data.slice(part) : '', rights: [] })
    break
  }
  return { queue: left, bytes, data, rights }
}

/**
 * What is queued, up to `count` bytes; then the reset that the other end left, once; then 0 at the end. Whoever sleeps
 * here looks for signals before anything else. `takesRights`: descriptors that come along are installed, else dropped.
 *
 * Errors: ECONNRESET, EAGAIN; ENOTCONN never, for both ends are connected.
 * Source: unix(7); net/unix/af_unix.c unix_stream_read_generic().
 */
export function socketRead(
  kernel: Kernel,
  caller: Readonly<Thread>,
  description: number,
  count: number,
  { nonblock, takesRights }: { readonly nonblock: boolean; readonly takesRights: 'no' | 'plain' | 'cloexec' },
): Answer {
  if (caller.unfinished?.received) return installRights(kernel, caller, caller.unfinished.received, takesRights)
  const id = socketOf(kernel, kernel.descriptions.at(description))
  const { queue, state, receiveShut } = kernel.sockets.at(id)
  const none = takesRights === 'no' ? undefined : { fds: [] }
  if (count === 0) return succeeds(0, undefined, none)
  if (queue.length > 0) {
    const { bytes, data, rights } = takeFromSocket(queue, count)
    const fds = takesRights === 'no' ? [] : kernel.fn.placesFor(kernel, caller, rights.length)
    const out: OutValues = {
      ...(data !== undefined && (takesRights === 'no' ? { buf: data } : { text: data })),
      ...(takesRights !== 'no' && { fds }),
    }
    const effect = (k: Kernel) => {
      k.sockets.edit(id).queue = takeFromSocket(k.sockets.at(id).queue, count).queue
      for (const [place, right] of rights.entries()) {
        if (place < fds.length) k.fn.installFd(k, caller.tid, right, takesRights === 'cloexec')
        else k.fn.fput(k, caller.tid, right)
      }
    }
    const all = succeeds(bytes, effect, out)
    if (takesRights === 'no' || rights.length === 0 || !isWatched(kernel, caller)) return all
    const take = (k: Kernel) => {
      k.sockets.edit(id).queue = takeFromSocket(k.sockets.at(id).queue, count).queue
      const held = caller.unfinished ?? { ...NOTHING_DONE, description: k.fn.fdget(k, caller.tid, description) }
      k.fn.stayInCall(k, caller.tid, { ...held, received: { bytes, data, rights, fds: [] } })
    }
    return [...all, { result: 0, goesOn: 'awake', isAside: true, effect: take }]
  }
  if (state === 'reset') {
    return [{ result: 'ECONNRESET', effect: (k) => k.fn.reportReset(k, id) }]
  }
  if (receiveShut || state === 'alone') return succeeds(0, undefined, none)
  if (nonblock) return fails('EAGAIN')
  return kernel.fn.sleepsOn(kernel, caller, description, kernel.sockets.key(id))
}

/**
 * The message has left the socket: its files are given descriptors one after the other, and others who share the table
 * may come between. Those for which the limit leaves no room are dropped.
 * Source: net/core/scm.c scm_detach_fds(), fs/file.c receive_fd().
 */
function installRights(
  kernel: Kernel,
  caller: Readonly<Thread>,
  { bytes, data, rights, fds }: BeingReceived,
  takesRights: 'no' | 'plain' | 'cloexec',
): Answer {
  const { tid } = caller
  const [right, ...others] = rights
  const out: OutValues = { ...(data !== undefined && { text: data }), fds }
  if (right === undefined) return succeeds(bytes, undefined, out)
  const fd = kernel.fn.numberFor(kernel, caller)
  if (!kernel.fn.hasRoomFor(kernel, caller, fd)) {
    const drop = (k: Kernel) => rights.forEach((description) => k.fn.fput(k, tid, description))
    return succeeds(bytes, drop, out)
  }
  const effect = (k: Kernel) => {
    const number = k.fn.installFd(k, tid, right, takesRights === 'cloexec')
    const received = { bytes, data, rights: others, fds: [...fds, number] }
    k.fn.stayInCall(k, tid, { ...k.threads.at(tid).unfinished!, fds: [], received })
  }
  return kernel.fn.promising(kernel, caller, [fd], [{ result: 0, goesOn: 'awake', effect }])
}

/** Descriptors that so many received files take: the lowest free, as far as the limit allows. Source: net/core/scm.c scm_detach_fds(). */
export function placesFor(kernel: Kernel, caller: Readonly<Thread>, count: number): readonly number[] {
  const fds: number[] = []
  while (fds.length < count) {
    const fd = kernel.fn.lowestFree(kernel, caller.files, (fds.at(-1) ?? -1) + 1)
    if (!kernel.fn.mayOpen(kernel, caller, fd)) break
    fds.push(fd)
  }
  return fds
}

/** The reset has been told to one reader. Source: include/net/sock.h sock_error(). */
export function reportReset(kernel: Kernel, id: number): void {
  const row = kernel.sockets.edit(id)
  row.state = advance(socketChart, row.state, 'REPORT')
}

/** The other end cannot or will not read any more, or this one has said that it will not send. */
export function isSocketBroken(kernel: Kernel, id: number): boolean {
  const { state, sendShut } = kernel.sockets.at(id)
  return state !== 'connected' || sendShut
}

/**
 * Send `count` bytes, and with them references to open file descriptions.
 *
 * Returns `count`. Errors: EPIPE, nobody can read, after SIGPIPE to the calling thread unless `quiet`.
 * Source: unix(7); net/unix/af_unix.c unix_stream_sendmsg().
 */
export function socketWrite(
  kernel: Kernel,
  caller: Readonly<Thread>,
  description: number,
  {
    data,
    count,
    rights,
    quiet,
  }: { readonly data: string; readonly count: number; readonly rights: readonly number[]; readonly quiet: boolean },
): Answer {
  const id = socketOf(kernel, kernel.descriptions.at(description))
  if (kernel.fn.isSocketBroken(kernel, id)) {
    return quiet ? fails('EPIPE') : [{ result: 'EPIPE', effect: (k) => k.fn.sendSigpipe(k, caller.tid) }]
  }
  if (count === 0) return succeeds(0)
  const { peer } = kernel.sockets.at(id)
  const { queue } = kernel.sockets.at(peer)
  const held = queue.reduce((sum, { bytes }) => sum + bytes, count)
  if (queue.length >= SURE_MESSAGES || held > SURE_BYTES)
    return { undecided: 'more than a socket surely holds', harmless: true, effect: (k) => k.fn.forgetSocket(k, id) }
  const known = data.length >= count && count <= FOLLOWED ? data.slice(0, count) : ''
  return succeeds(count, (k) => {
    for (const right of rights) k.fn.getFile(k, right)
    const row = k.sockets.edit(peer)
    row.queue = [...row.queue, { bytes: count, data: known, rights }]
  })
}

/** From here on what passes between two sockets is not known; what was on its way has unknown holders. */
export function forgetSocket(kernel: Kernel, id: number): void {
  const { peer } = kernel.sockets.at(id)
  for (const end of peer === 0 ? [id] : [id, peer]) {
    kernel.sockets.remove(end)
    for (const inode of kernel.inodes.ids(({ kind, object }) => kind === 'socket' && object === end)) {
      Object.assign(kernel.inodes.edit(inode), { kind: 'opaque', object: 0 })
      for (const description of kernel.descriptions.ids((row) => row.inode === inode))
        kernel.descriptions.edit(description).kind = 'opaque'
    }
  }
}

/**
 * The last open file description of a socket goes: the other end finds the end of file, or first a reset if there was
 * something here to be read; what is in the queue is dropped, and what it carries with it.
 * Source: unix(7); net/unix/af_unix.c unix_release_sock().
 */
export function socketRelease(kernel: Kernel, tid: number, id: number): void {
  const row = kernel.sockets.edit(id)
  const { peer, queue } = row
  row.state = advance(socketChart, row.state, 'RELEASE')
  if (peer !== 0) kernel.fn.peerReleased(kernel, peer, queue.length > 0)
  kernel.sockets.remove(id)
  for (const { rights } of queue) for (const right of rights) kernel.fn.fput(kernel, tid, right)
}

/** Source: net/unix/af_unix.c unix_release_sock(). */
export function peerReleased(kernel: Kernel, id: number, unread: boolean): void {
  const row = kernel.sockets.edit(id)
  row.state = advance(socketChart, row.state, unread ? 'PEER_RESET' : 'PEER_RELEASED')
  row.peer = 0
}

/** Shut down one direction or both, for every holder, and so the opposite ones of the other end. Source: shutdown(2); net/unix/af_unix.c unix_shutdown(). */
export function shutSocket(kernel: Kernel, id: number, receive: boolean, send: boolean): void {
  const { peer } = kernel.sockets.at(id)
  const shut = (end: number, receiveShut: boolean, sendShut: boolean) => {
    const row = kernel.sockets.edit(end)
    row.receiveShut ||= receiveShut
    row.sendShut ||= sendShut
  }
  shut(id, receive, send)
  if (peer !== 0) shut(peer, send, receive)
}
