import { descriptionOf } from '../../model/functions/files.ts'
import type { LockRequest } from '../../model/params.ts'
import type { Call } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { describeCall } from './describe.ts'
import type { Ground } from './ground.ts'

/** Where an open file description stands. */
interface Place {
  /** The process that opened it. */
  readonly maker: number
  /** Its file is a regular one with bytes in it, so that its offset moves as read(2) and lseek(2) say. */
  isRegular: boolean
  /** Undefined while it is not known. */
  offset: number | undefined
  /** No bytes were read or written since it was opened, or lseek(2) has said where it stands. */
  isTold: boolean
  /** Calls under way that may move it. */
  busy: number
  /** Two such calls were under way at once. */
  isMixed: boolean
  /** The last call that moved it. */
  mover: { readonly line: number; readonly text: string } | undefined
}

/** A call that may move an offset, and of what. */
interface Move {
  readonly description: number
  readonly place: Place
}

const MOVES: ReadonlySet<string> = new Set(['read', 'write', 'lseek'])
/** Calls that move an offset by what is not followed, or hand the description to somebody unseen. */
const LOSES: ReadonlySet<string> = new Set(['sendfile', 'splice', 'tee', 'copy_file_range', 'sendmsg'])

/**
 * The offsets of files of which the model does not know what they hold. Only those that the capture opens, and has shown
 * to be regular files: a device may do with its offset what it likes.
 */
export class Offsets {
  private readonly places = new Map<number, Place>()
  private readonly moves = new Map<number, Move>()
  /** The last name of a regular file that a thread has asked about. */
  private regular: { readonly tid: number; readonly path: string } | undefined

  /** A file was opened, and nobody else has its open file description. */
  opened(ground: Ground, tid: number, fd: number, path: unknown): void {
    const description = descriptionAt(ground, tid, fd)
    const maker = ground.state().threads.at(tid).pid
    if (description === 0) {
      this.forgetMadeBy(maker)
      return
    }
    const isOpaque = ground.state().descriptions.at(description).kind === 'opaque'
    const isRegular = this.regular?.tid === tid && this.regular.path === path
    if (!isOpaque) this.places.delete(description)
    else {
      const place = { offset: 0, isTold: true, busy: 0, isMixed: false, mover: undefined }
      this.places.set(description, { maker, isRegular, ...place })
    }
  }

  /** A descriptor came to be in another way: its open file description may bear the number of one that is gone. */
  received(ground: Ground, tid: number, fd: number): void {
    const description = descriptionAt(ground, tid, fd)
    if (description === 0) this.forgetMadeBy(ground.state().threads.at(tid).pid)
    else this.places.delete(description)
  }

  /** Which number the process has used again is not known: others may change its table, or the states differ. */
  private forgetMadeBy(maker: number): void {
    for (const [description, place] of this.places) if (place.maker === maker) this.places.delete(description)
  }

  /** What fstat tells of an open file, or stat of the one that is opened next. */
  told(ground: Ground, tid: number, { args, result }: CallInterval): void {
    if (result?.kind !== 'value' || !args.includes('st_mode=S_IFREG') || !/st_size=[1-9]/.test(args)) return
    const path = /^[^"]*"([^"\\]*)", \{/.exec(args)?.[1]
    if (path !== undefined && path !== '') {
      this.regular = { tid, path }
      return
    }
    const place = this.places.get(descriptionAt(ground, tid, Number.parseInt(args)))
    if (place !== undefined) place.isRegular = true
  }

  /** A lock on a range that begins at the offset, as lockf(3) asks for it, said from the beginning of the file. */
  ofLock(ground: Ground, tid: number, args: Call['args']): Call['args'] {
    const lock = args.lock as LockRequest | null
    if (lock?.whence !== 'SEEK_CUR' || typeof args.fd !== 'number') return args
    const place = this.places.get(descriptionAt(ground, tid, args.fd))
    if (place?.offset === undefined || place.busy > 0 || !(place.isRegular || place.isTold)) return args
    return { ...args, lock: { ...lock, whence: 'SEEK_SET', start: lock.start + place.offset } }
  }

  entered(ground: Ground, tid: number, { syscall, args }: Call): void {
    if (this.places.size === 0) return
    if (LOSES.has(syscall.name)) {
      for (const fd of [args.from, args.to, ...((args.fds as readonly number[] | undefined) ?? [])])
        if (typeof fd === 'number') this.places.delete(descriptionAt(ground, tid, fd))
      return
    }
    if (!MOVES.has(syscall.name)) return
    const description = likelyAt(ground, tid, args.fd as number)
    const place = this.places.get(description)
    if (place === undefined) return
    place.busy++
    if (place.busy > 1 || !isSureAt(ground, tid)) place.isMixed = true
    this.moves.set(tid, { description, place })
  }

  /** A call has come back; a wrong offset is a violation. */
  left(ground: Ground, tid: number, call: Call, interval: CallInterval, result: SeenResult): void {
    const move = this.moves.get(tid)
    if (move === undefined) return
    this.moves.delete(tid)
    const { place, description } = move
    place.busy--
    if (place.isMixed) {
      place.offset = undefined
      if (place.busy === 0) place.isMixed = false
      return
    }
    if (result.kind !== 'value') return
    const { name } = call.syscall
    place.isTold = name === 'lseek'
    if (name === 'lseek') this.sought(ground, tid, move, call, interval, result.value)
    else if (name === 'write' && ground.state().descriptions.get(description)?.append !== false)
      place.offset = undefined
    else if (place.offset !== undefined) place.offset += result.value
    if (result.value !== 0)
      place.mover = {
        line: interval.leaveLine ?? interval.enterLine,
        text: `${ground.who(tid)} ${describeCall(interval)}`,
      }
  }

  private sought(
    ground: Ground,
    tid: number,
    { place, description }: Move,
    { syscall, args }: Call,
    interval: CallInterval,
    seen: number,
  ): void {
    const base = args.whence === 'SEEK_SET' ? 0 : args.whence === 'SEEK_CUR' ? place.offset : undefined
    const expected = base === undefined ? undefined : base + (args.offset as number)
    place.offset = seen
    if (expected === undefined || expected === seen || expected < 0 || !place.isRegular || ground.isHidden()) return
    if (ground.unshown.behindOffset(ground)) return
    place.offset = expected
    ground.violate(
      interval.leaveLine ?? interval.enterLine,
      tid,
      describeCall(interval),
      [`lseek = ${expected}`],
      [ground.state().descriptions.key(description)],
      { rule: 'model/syscalls/lseek.ts', source: syscall.source },
      { why: place.mover },
    )
  }
}

/** The open file description behind a descriptor; 0 for none, where states differ, and where others may change the table. */
const descriptionAt = (ground: Ground, tid: number, fd: number): number =>
  isSureAt(ground, tid) ? likelyAt(ground, tid, fd) : 0

/** The one that is behind it in one of the states; 0 for none. */
export function likelyAt({ follower }: Ground, tid: number, fd: number): number {
  const kernel = follower.states[0]!
  const thread = kernel.threads.get(tid)
  if (thread === undefined || thread.files === 0 || Number.isNaN(fd)) return 0
  const slot = kernel.fn.slotOf(kernel, thread, fd)
  return slot === 0 ? 0 : descriptionOf(slot)
}

/** It is known which open file descriptions the descriptors of the thread stand for: nobody else may change that meanwhile. */
export function isSureAt({ follower }: Ground, tid: number): boolean {
  if (follower.states.length > 1) return false
  const { threads, files } = follower.states[0]!
  const thread = threads.get(tid)
  return thread !== undefined && files.get(thread.files)?.users === 1
}
