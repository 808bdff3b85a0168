import type { OpenFileDescriptionState } from '../lifecycle/open-file-description.ts'
import type { PipeEndState } from '../lifecycle/pipe-end.ts'
import type { Fields, Row } from './table.ts'

/**
 * A descriptor table (files_struct), shared by threads and by CLONE_FILES processes. Its id is also the owner of
 * POSIX record locks. Source: clone(2); fs/file.c.
 */
export interface DescriptorTable extends Row {
  users: number
  /** Slot n holds `description id * 2 + (1 if close-on-exec)`, or 0 when free. Write through `fn.setSlot` only. */
  slots: number[]
  slotsOwn: number
  /** No free slot lies below this one. */
  firstFree: number
  /** Slots in use. */
  used: number
  /** Free slots promised to calls that are under way. */
  reserved: readonly number[]
  /** Those of them that close_range has marked close-on-exec meanwhile. */
  reservedCloexec: readonly number[]
}

/**
 * A descriptor table of one user: with the slots of another and none of its promises, or empty. `stamp` is that of the
 * ledger that may write the slots in place.
 */
export const newDescriptorTable = (
  stamp: number,
  from?: Pick<DescriptorTable, 'slots' | 'firstFree' | 'used'>,
): Fields<DescriptorTable> => ({
  users: 1,
  slots: from?.slots.slice() ?? [],
  slotsOwn: stamp,
  firstFree: from?.firstFree ?? 0,
  used: from?.used ?? 0,
  reserved: [],
  reservedCloexec: [],
  own: 0,
  step: 0,
  hash: 0,
})

/** Working directory, root, umask (fs_struct): of these only the first, their sharing and their end are modelled. */
export interface FsContext extends Row {
  users: number
  /** What stands before a relative path: a directory with a slash behind it; '' is the directory in which all begins. */
  directory: string
  /** Changes of directory so far. */
  moves: number
}

/** One that nobody shares. */
export const newFsContext = (directory = ''): Fields<FsContext> => ({
  users: 1,
  directory,
  moves: 0,
  own: 0,
  step: 0,
  hash: 0,
})

export type AccessMode = 'O_RDONLY' | 'O_WRONLY' | 'O_RDWR' | 'O_PATH'

/**
 * An open file description (struct file): what dup and fork share. Its id is the owner of flocks and OFD locks.
 * Source: open(2).
 */
export interface OpenFileDescription extends Row {
  state: OpenFileDescriptionState
  /** References: one from each slot, mapping, message in a socket, and call in progress that holds it (`lockCall`). */
  references: number
  inode: number
  access: AccessMode
  offset: number
  append: boolean
  nonblock: boolean
  /** O_DIRECT: of a pipe, each write is a packet. */
  direct: boolean
  /** Bits of open(2) that F_GETFL shows and F_SETFL cannot change, without the access mode; 0 for an opaque file of which nobody knows how it was opened. */
  openFlags: number
  /** The pseudo-terminal of which it is a side, by id; 0 for none. */
  terminal: number
  /** What releasing it must undo, beside dropping the inode. `opaque` is a file of a kind that the model does not know. */
  kind: 'file' | 'pipe' | 'terminal' | 'terminal-master' | 'message-queue' | 'socket' | 'opaque'
}

/** A pipe's buffered data, a page slot an entry. Source: pipe(7); fs/pipe.c. */
export interface PipeBuffer {
  /** Bytes yet unread in the slot, and bytes the page still has room for behind them. */
  readonly bytes: number
  readonly room: number
  readonly packet: boolean
  /** The unread bytes themselves, while there are few; else ''. */
  readonly data: string
}

/** The pipe of a pipe inode or of an open FIFO. `readers` and `writers` count open file descriptions. */
export interface Pipe {
  readonly readEnd: PipeEndState
  readonly writeEnd: PipeEndState
  readonly readers: number
  readonly writers: number
  /** Openings of each side so far: a blocked FIFO open waits for the other's to move. */
  readonly readerOpenings: number
  readonly writerOpenings: number
  readonly buffers: readonly PipeBuffer[]
}

export interface Inode extends Row {
  kind:
    'regular' | 'directory' | 'fifo' | 'pipe' | 'terminal' | 'terminal-master' | 'message-queue' | 'socket' | 'opaque'
  /** Names that lead to it. */
  links: number
  /** Open file descriptions and mappings that refer to it. */
  users: number
  size: number
  /** The bytes of a small regular file, while the model follows them. */
  data: string
  pipe: Pipe | null
  /** The object behind a terminal, message-queue or socket inode, by its id in that table. */
  object: number
  /** Sorted by start, end, kind and owner; those of one owner are disjoint, and merged where they touch. */
  recordLocks: readonly RecordLock[]
  /** Threads that sleep behind one of them, in order of tid. */
  lockWaiters: readonly number[]
  /** In order of their owners. */
  flocks: readonly Flock[]
}

export interface RecordLock {
  /** A POSIX lock belongs to a descriptor table, an OFD lock to an open file description. */
  readonly kind: 'posix' | 'ofd'
  readonly owner: number
  /** The process that asked for it (l_pid), which may be dead; -1 for an OFD lock. */
  readonly pid: number
  readonly type: 'F_RDLCK' | 'F_WRLCK'
  readonly start: number
  /** The last byte, inclusive; Infinity for "to the end of all offsets". */
  readonly end: number
}

export interface Flock {
  /** The open file description that holds it. */
  readonly owner: number
  readonly pid: number
  readonly type: 'LOCK_SH' | 'LOCK_EX'
}
