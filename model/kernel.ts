import type { KernelFunctions } from './functions/index.ts'
import type { Rules } from './rules.ts'
import type { MessageQueue, NamedSemaphore, PosixQueue, SemaphoreSet, ShmSegment, UndoList } from './state/ipc.ts'
import type { AddressSpace, SharedMemory } from './state/memory.ts'
import { Names } from './state/names.ts'
import type { DescriptorTable, FsContext, Inode, OpenFileDescription } from './state/open-files.ts'
import type { Members, Process } from './state/processes.ts'
import type { Socket } from './state/sockets.ts'
import { Ledger, Table, type Row } from './state/table.ts'
import type { Terminal } from './state/terminals.ts'
import type { Thread } from './state/threads.ts'
import { mix } from './state/values.ts'

/** Tids, pids, group and session ids are dense: a chunk of 32 of them is a bucket. */
const BY_NUMBER = 5
/** Other objects stand in their maker's bucket, up to 1024 of them. */
const BY_MAKER = 10

/** The table in which two kernels were last seen to differ: those that are compared next mostly differ there too. */
let lastDifference = 0

/**
 * The whole state, and the rules by which it moves. `fork` gives an independent copy in constant time; all else that
 * writes goes through the tables' `edit`, `add` and `remove`, by the functions in `fn`.
 */
export class Kernel {
  readonly rules: Rules
  /** The kernel's functions, as `rules` has them: patched ones included. */
  readonly fn: KernelFunctions
  readonly ledger: Ledger
  readonly threads: Table<Thread>
  readonly processes: Table<Process>
  readonly groups: Table<Members>
  readonly sessions: Table<Members>
  readonly terminals: Table<Terminal>
  readonly mms: Table<AddressSpace>
  readonly sharedMemory: Table<SharedMemory>
  readonly files: Table<DescriptorTable>
  readonly fs: Table<FsContext>
  readonly undos: Table<UndoList>
  readonly descriptions: Table<OpenFileDescription>
  readonly inodes: Table<Inode>
  readonly shms: Table<ShmSegment>
  readonly sems: Table<SemaphoreSet>
  readonly msgs: Table<MessageQueue>
  readonly queues: Table<PosixQueue>
  readonly namedSemaphores: Table<NamedSemaphore>
  readonly sockets: Table<Socket>
  /** Every table, in order of its index. */
  readonly tables: readonly Table<Row>[]
  /** Paths to inodes; names of POSIX queues and semaphores to their ids, marked `mq:` and `sem:`. */
  readonly names: Names
  /** The pid that the next fork takes when no trace names one. */
  nextPid: number

  constructor(rules: Rules, from?: Kernel) {
    this.rules = rules
    this.fn = rules.fn
    const ledger = new Ledger()
    this.ledger = ledger
    from?.ledger.renew()
    if (from !== undefined) {
      ledger.step = from.ledger.step
      ledger.notes = from.ledger.notes
    }
    const tables: Table<Row>[] = []
    const table = <R extends Row>(name: string, shift: number): Table<R> => {
      const index = tables.length
      const made =
        from === undefined
          ? new Table<R>(name, index, shift, ledger)
          : (from.tables[index] as unknown as Table<R>).fork(ledger)
      tables.push(made as unknown as Table<Row>)
      return made
    }
    this.threads = table('thread', BY_NUMBER)
    this.processes = table('process', BY_NUMBER)
    this.groups = table('process group', BY_NUMBER)
    this.sessions = table('session', BY_NUMBER)
    this.terminals = table('terminal', BY_MAKER)
    this.mms = table('address space', BY_MAKER)
    this.sharedMemory = table('shared memory', BY_MAKER)
    this.files = table('descriptor table', BY_MAKER)
    this.fs = table('fs context', BY_MAKER)
    this.undos = table('undo list', BY_MAKER)
    this.descriptions = table('open file description', BY_MAKER)
    this.inodes = table('inode', BY_MAKER)
    this.shms = table('shm segment', BY_MAKER)
    this.sems = table('semaphore set', BY_MAKER)
    this.msgs = table('message queue', BY_MAKER)
    this.queues = table('POSIX message queue', BY_MAKER)
    this.namedSemaphores = table('named semaphore', BY_MAKER)
    this.sockets = table('socket', BY_MAKER)
    this.tables = tables
    this.names = from === undefined ? new Names(ledger) : from.names.fork(ledger)
    this.nextPid = from === undefined ? 1 : from.nextPid
  }

  /** An independent copy, in time that does not depend on the size of the state. */
  fork(): Kernel {
    return new Kernel(this.rules, this)
  }

  /** Wake whoever sleeps on the row with this key, although nothing in the row changes. */
  touch(key: number): void {
    this.ledger.touched.push(key)
  }

  /** The row of a thread's process. */
  processOf(thread: Readonly<Thread>): Readonly<Process> {
    return this.processes.at(thread.pid)
  }

  /** Equal kernels have equal hashes; 32 bits. */
  hash(): number {
    let sum = mix(this.nextPid) ^ this.names.hash()
    for (const table of this.tables) sum = (Math.imul(sum, 31) + table.hash()) | 0
    return mix(sum)
  }

  equals(other: Kernel): boolean {
    const differs = (index: number) => !this.tables[index]!.equals(other.tables[index]!)
    if (this.nextPid !== other.nextPid || differs(lastDifference)) return false
    const place = this.tables.findIndex((_, index) => differs(index))
    if (place >= 0) lastDifference = place
    return place < 0 && this.names.equals(other.names)
  }
}
