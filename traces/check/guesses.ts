import { descriptionOf } from '../../model/functions/files.ts'
import type { Follower } from '../../model/follow.ts'
import type { Kernel } from '../../model/kernel.ts'
import { answer, isBlocked, isUndecided, type Call, type Syscall } from '../../model/syscall.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { numberOf, type Field } from '../strace/values.ts'
import type { LockRequest } from '../../model/params.ts'
import { forgetDescription } from './forget.ts'
import { disinherit, inheritAt, slotIsUsed } from './world.ts'

/** Descriptors that may turn out to have been open before the capture, at once. */
const MOST_INHERITED = 1024

/** What the capture has shown of a descriptor table: these numbers were made or closed, and all from `from` on. */
interface Shown {
  readonly fds: Set<number>
  from: number
}

/** The two numbers that a pipe got, as far as they are shown. */
function pairIn({ params }: Syscall, fields: readonly Field[]): readonly number[] {
  const place = Object.values(params).findIndex((param) => param.kind === 'out' && param.shape === 'fds')
  const pair = fields[place]?.value
  return pair?.kind === 'array' ? pair.items.map((item) => numberOf(item)).filter((fd) => fd !== undefined) : []
}

/** Calls that tell what is in a file, or where its offset stands. */
const TELLS_CONTENT = /^(read|pread64|write|pwrite64|lseek|ftruncate|mmap|fcntl|ioctl)$/

/**
 * What was so before the capture began, as far as it only shows when the model finds a line impossible: which descriptors
 * were open or closed, and which files were there. A guess is made once, and held to from then on.
 */
export class Guesses {
  private readonly follower: Follower
  private readonly assume: (what: string) => void
  private readonly known: boolean
  private readonly closed: boolean
  /** By descriptor table. */
  private readonly shown = new Map<number, Shown>()
  /** What was shown of the maker's table when a process was made, by the process. */
  private readonly atBirth = new Map<number, Shown>()
  /** Processes of whose descriptors nothing is known, and what they make. */
  private readonly strangers = new Set<number>()
  /** Descriptor tables into which the kernel may have put more than calls have made. */
  private readonly unsealed = new Set<number>()
  private readonly lastTable = new Map<number, number>()
  /** Ways in which names were written, by their last component. */
  private readonly spellings = new Map<string, Set<string>>()
  /** Inodes that O_CREAT may have found. */
  private readonly provisional = new Set<number>()

  /** `known`: which descriptors the first process had is a fact. */
  constructor(follower: Follower, options: { known: boolean; closed: boolean }, assume: (what: string) => void) {
    this.follower = follower
    this.known = options.known
    this.closed = options.closed
    this.assume = assume
  }

  /** A process appears of whose descriptors nothing is known. */
  appears(tid: number): void {
    this.strangers.add(tid)
  }

  /** A call may have made this descriptor by the way, or with none given any; whether it did shows when it is used. */
  mayHaveMade(tid: number, fd?: number): void {
    const thread = this.state().threads.get(tid)
    if (thread === undefined) return
    const shown = this.shownTo(tid)
    this.unsealed.add(thread.files)
    if (fd !== undefined) shown.fds.delete(fd)
    else {
      shown.fds.clear()
      shown.from = Infinity
    }
  }

  /** A process or thread is about to be made, by a thread of this number. */
  born(maker: number, child: number): void {
    if (this.strangers.has(maker)) this.strangers.add(child)
    if (this.isKnown(maker)) return
    const { fds, from } = this.shownTo(maker)
    this.atBirth.set(child, { fds: new Set(fds), from })
  }

  /** A thread is dead: no guess will be made about it. */
  ends(tid: number): void {
    const table = this.lastTable.get(tid)
    this.lastTable.delete(tid)
    this.atBirth.delete(tid)
    if (table !== undefined && !this.follower.states.some(({ files }) => files.has(table))) this.shown.delete(table)
  }

  /** A call has come back as the model allows. */
  note(tid: number, { syscall, args }: Call, result: SeenResult): void {
    if (result.kind !== 'value') return
    const { pathname, flags } = args as { pathname?: unknown; flags?: ReadonlySet<string> }
    if (typeof pathname === 'string') this.noteName(pathname)
    if (!this.isKnown(tid)) {
      if (syscall.makes === 'fd') this.shownTo(tid).fds.add(result.value)
      else if (syscall.name === 'close' && typeof args.fd === 'number') this.shownTo(tid).fds.add(args.fd)
      else if (syscall.name === 'close_range') {
        const shown = this.shownTo(tid)
        shown.from = Math.min(shown.from, args.first as number)
      }
    }
    if (syscall.name.startsWith('open') && flags?.has('O_CREAT') === true && !flags.has('O_EXCL'))
      this.noteCreated(tid, result.value, String(pathname))
  }

  private isKnown(tid: number): boolean {
    if (!this.known || this.strangers.has(tid)) return false
    return this.unsealed.size === 0 || !this.unsealed.has(this.state().threads.get(tid)?.files ?? 0)
  }

  private noteName(path: string): void {
    const last = path.slice(path.lastIndexOf('/') + 1)
    const spellings = this.spellings.get(last)
    if (spellings === undefined) this.spellings.set(last, new Set([path]))
    else spellings.add(path)
  }

  private noteCreated(tid: number, fd: number, path: string): void {
    if (this.closed && !path.startsWith('/')) return
    const inode = this.inodeOf(tid, fd)
    if (inode !== undefined) this.provisional.add(inode)
  }

  private state(): Kernel {
    return this.follower.states[0]!
  }

  private inodeOf(tid: number, fd: number): number | undefined {
    const thread = this.state().threads.get(tid)
    const slot = thread === undefined ? 0 : this.state().fn.slotOf(this.state(), thread, fd)
    return slot === 0 ? undefined : this.state().descriptions.at(descriptionOf(slot)).inode
  }

  private shownTo(tid: number): Shown {
    const table = this.state().threads.get(tid)?.files ?? 0
    let shown = this.shown.get(table)
    if (shown === undefined) {
      const before = this.shown.get(this.lastTable.get(tid) ?? 0) ?? this.atBirth.get(tid)
      shown = { fds: new Set(before?.fds), from: before?.from ?? Infinity }
      this.shown.set(table, shown)
    }
    this.lastTable.set(tid, table)
    return shown
  }

  /** Whether a descriptor may have been open before the capture: nothing has made or closed it since. */
  private mayBeOld(tid: number, fd: number): boolean {
    if (this.isKnown(tid) || fd < 0) return false
    const { fds, from } = this.shownTo(tid)
    return !fds.has(fd) && fd < from
  }

  /**
   * What the model finds impossible may come of descriptors that were open, or closed, before the capture began: those
   * between the lowest free one and the one that a call got; one that a call uses; one of the usual three that is missing.
   * Or of a file that was there, or that others can change. True when such a guess was made, and the line is worth
   * another try.
   */
  explains(tid: number, { syscall, args }: Call, result: SeenResult, fields: readonly Field[]): boolean {
    const thread = this.state().threads.get(tid)
    if (thread?.state !== 'in-call') return false
    const outcomes = answer(this.state(), thread, thread.call!)
    if (isUndecided(outcomes)) return false
    const fd = args.fd ?? args.oldfd
    const isBad = result.kind === 'error' && result.errno === 'EBADF'
    const isFault = result.kind === 'error' && result.errno === 'EFAULT'
    const isElsewhere =
      isBad || isFault || isLockRefused(args.lock, result) || this.isByOffset(tid, Number(fd), args.whence, result)
    const isContent = typeof fd === 'number' && !isElsewhere
    if (isBlocked(outcomes)) return isContent && this.explainsContent(tid, syscall.name, fd)
    if (typeof fd === 'number' && this.mayBeOld(tid, fd)) {
      const isOpen = outcomes.some((outcome) => outcome.result !== 'EBADF')
      if (!isOpen && !isBad) return this.inherit(tid, [fd])
      if (isOpen && isBad) return this.isInherited(tid, fd) && this.disinherit(tid, fd)
    }
    const lowest = outcomes.find((outcome) => typeof outcome.result === 'number')
    if (syscall.makes === 'fd' && result.kind === 'value' && typeof lowest?.result === 'number')
      return this.inheritBetween(tid, lowest.result, result.value)
    if (syscall.makes === 'fds') return result.kind === 'value' && this.inheritForPair(tid, pairIn(syscall, fields))
    return isContent && this.explainsContent(tid, syscall.name, fd)
  }

  private inheritBetween(tid: number, lowest: number, seen: number): boolean {
    if (lowest >= seen || seen - lowest > MOST_INHERITED) return false
    const between = Array.from({ length: seen - lowest }, (_, i) => lowest + i)
    const isFree = (fd: number) => !slotIsUsed(this.state(), tid, fd)
    if (!between.every((fd) => this.mayBeOld(tid, fd) || !isFree(fd))) return false
    return this.inherit(tid, between.filter(isFree))
  }

  /** A pipe gets the two lowest free numbers, the lower one first: what lies between may have been open. */
  private inheritForPair(tid: number, pair: readonly number[]): boolean {
    const [first, last] = [pair[0], pair.at(-1)]
    if (first === undefined || last === undefined || last > MOST_INHERITED) return false
    if (pair.length > 1 && first >= last) return false
    if (pair.some((fd) => slotIsUsed(this.state(), tid, fd))) return false
    const free = Array.from({ length: last }, (_, fd) => fd).filter(
      (fd) => fd !== first && !slotIsUsed(this.state(), tid, fd),
    )
    return free.every((fd) => this.mayBeOld(tid, fd)) && this.inherit(tid, free)
  }

  private inherit(tid: number, fds: readonly number[]): boolean {
    for (const fd of fds) this.shownTo(tid).fds.add(fd)
    this.follower.amend((kernel) => {
      for (const fd of fds) if (!slotIsUsed(kernel, tid, fd)) inheritAt(kernel, tid, fd)
    })
    if (fds.length > 0) this.assume(`descriptor ${fds.join(', ')} was open before the capture began`)
    return fds.length > 0
  }

  /** What a descriptor refers to is not of the capture's making. */
  private isInherited(tid: number, fd: number): boolean {
    const inode = this.inodeOf(tid, fd)
    return inode !== undefined && this.state().inodes.at(inode).kind === 'opaque'
  }

  private disinherit(tid: number, fd: number): boolean {
    this.shownTo(tid).fds.add(fd)
    this.follower.amend((kernel) => disinherit(kernel, tid, fd))
    this.assume(`descriptor ${fd} was closed before the capture began`)
    return true
  }

  /** A place counted from the start or from the offset does not depend on what is in the file, unless writes went to its end. */
  private isByOffset(tid: number, fd: number, whence: unknown, result: SeenResult): boolean {
    if (result.kind !== 'value' || (whence !== 'SEEK_SET' && whence !== 'SEEK_CUR')) return false
    const thread = this.state().threads.get(tid)
    const slot = thread === undefined ? 0 : this.state().fn.slotOf(this.state(), thread, fd)
    return slot !== 0 && !this.state().descriptions.at(descriptionOf(slot)).append
  }

  private explainsContent(tid: number, call: string, fd: number): boolean {
    if (!TELLS_CONTENT.test(call)) return false
    const inode = this.inodeOf(tid, fd)
    if (inode === undefined || !this.isOthersToo(inode)) return false
    this.follower.amend((kernel) => {
      const slot = kernel.fn.slotOf(kernel, kernel.threads.at(tid), fd)
      if (slot !== 0) forgetDescription(kernel, descriptionOf(slot))
    })
    this.assume('a file was there before, or was changed from outside or under another name')
    return true
  }

  /** Others may write to it: to what has a name, unless nobody else acts. */
  private isOthersToo(inode: number): boolean {
    const { kind } = this.state().inodes.at(inode)
    if (kind === 'fifo') return !this.closed && this.namesOf(inode).length > 0
    return kind === 'regular' && this.mayDiffer(inode)
  }

  /** The file behind a descriptor may be the same as one that has been opened by another name. */
  mayHaveOtherName(tid: number, fd: number): boolean {
    const inode = this.inodeOf(tid, fd)
    return inode !== undefined && this.mayDiffer(inode)
  }

  private namesOf(inode: number): readonly string[] {
    return [...this.state().names.entries()].filter(([, id]) => id === inode).map(([name]) => name)
  }

  /** The file may have been there before, or be reached by a name of which the model does not know that it is the same. */
  private mayDiffer(inode: number): boolean {
    if (this.provisional.has(inode)) return true
    if (this.closed) return false
    return this.namesOf(inode).some(
      (name) => (this.spellings.get(name.slice(name.lastIndexOf('/') + 1))?.size ?? 0) > 1,
    )
  }
}

/** Whether a lock on a range counted from the beginning of a file can be had does not depend on what is in it. */
const isLockRefused = (lock: unknown, { kind }: SeenResult): boolean =>
  kind === 'error' && (lock as Partial<LockRequest> | null | undefined)?.whence === 'SEEK_SET'
