import type { MessageQueueState } from '../lifecycle/message-queue.ts'
import type { NamedSemaphoreState } from '../lifecycle/named-semaphore.ts'
import type { PosixQueueState } from '../lifecycle/posix-queue.ts'
import type { SemaphoreSetState } from '../lifecycle/semaphore-set.ts'
import type { ShmSegmentState } from '../lifecycle/shm-segment.ts'
import type { SemOp } from '../params.ts'
import type { Row } from './table.ts'

/** IPC_PRIVATE, and what a removed segment's key becomes. */
export const IPC_PRIVATE = 0

/** A System V shared memory segment. Source: shmctl(2); ipc/shm.c struct shmid_kernel. */
export interface ShmSegment extends Row {
  state: ShmSegmentState
  key: number
  size: number
  /** Mappings of it in all address spaces. */
  nattch: number
  /** Creating thread while it lives, for shm_rmid_forced; 0 afterwards. */
  creatorThread: number
  /** shm_cpid and shm_lpid. */
  cpid: number
  lpid: number
  /** SHM_LOCKED, set by SHM_LOCK: a property of the segment, not of a process. */
  locked: boolean
  data: string
}

/** A System V semaphore set. Source: semctl(2); ipc/sem.c. */
export interface SemaphoreSet extends Row {
  state: SemaphoreSetState
  key: number
  semaphores: readonly Semaphore[]
  /** A SETALL has set values that no trace shows: nobody knows what they are, and what sleeps and undoes is not followed. */
  unknown: boolean
  /** Sleeping calls in order of arrival. Whoever changes the set completes them, so none here could proceed. */
  sleepers: readonly SemaphoreSleeper[]
}

/** A semop(2) that sleeps. Source: ipc/sem.c struct sem_queue. */
export interface SemaphoreSleeper {
  readonly tid: number
  readonly ops: readonly SemOp[]
  /** The place in `ops` of the operation found to block when the call was last looked at: what ncnt and zcnt count. */
  readonly blocking: number
}

export interface Semaphore {
  readonly value: number
  /** sempid: the process whose call, or exit, last changed or named it. */
  readonly pid: number
}

/** SEMVMX: the largest semval; semadj lies in -SEMVMX-1..SEMVMX. */
export const SEMVMX = 32767

/** A System V undo list, shared by tasks made with CLONE_SYSVSEM. Source: semop(2); ipc/sem.c struct sem_undo_list. */
export interface UndoList extends Row {
  users: number
  /** Most recently used set first, which is the order in which exit applies them. */
  sets: readonly UndoEntry[]
}

export interface UndoEntry {
  readonly set: number
  /** semadj of each semaphore of the set. */
  readonly adjustments: readonly number[]
}

/** A System V message queue. Source: msgctl(2); ipc/msg.c. */
export interface MessageQueue extends Row {
  state: MessageQueueState
  key: number
  messages: readonly Message[]
  /** msg_qbytes: bytes the queue may hold. */
  capacity: number
  /** msg_lspid and msg_lrpid. A message handed to a receiver that sleeps leaves the number of its thread in lrpid. */
  lspid: number
  lrpid: number
  /** Receivers asleep in order of arrival; senders that find the queue full are not here. */
  receivers: readonly MessageReceiver[]
}

/** A msgrcv(2) that sleeps. Source: ipc/msg.c struct msg_receiver. */
export interface MessageReceiver {
  readonly tid: number
  readonly wants: MessageSelection
  /** Bytes it takes, and whether a longer message is cut to them (MSG_NOERROR) or refused. */
  readonly room: number
  readonly cuts: boolean
  /** IPC_SET woke it: it will look again and go to the end of the line. */
  readonly stirred: boolean
}

/** Which messages msgrcv(2) takes: any, those of a type, all others, or those of the lowest type not above it. */
export interface MessageSelection {
  readonly by: 'any' | 'equal' | 'except' | 'up-to'
  readonly type: number
}

export interface Message {
  readonly type: number
  readonly size: number
  /** Its bytes, or the first of them; absent where nobody knows them. */
  readonly text?: string
}

/** A named POSIX semaphore: a file of the C library's. It has no owner and no undo. Source: sem_overview(7). */
export interface NamedSemaphore extends Row {
  state: NamedSemaphoreState
  name: string
  value: number
  /** Mappings of it in all address spaces. */
  users: number
}

/** A POSIX message queue. Source: mq_overview(7); ipc/mqueue.c. */
export interface PosixQueue extends Row {
  state: PosixQueueState
  name: string
  /** Highest priority first, oldest first within one. */
  messages: readonly PosixMessage[]
  maxMessages: number
  maxSize: number
  /** What its open file descriptions share; 0 while nobody has it open. */
  inode: number
  /** The process whose registration waits for a message, or null. */
  notify: QueueNotification | null
  /** Threads asleep in mq_timedsend and in mq_timedreceive, in order of arrival. */
  senders: readonly number[]
  receivers: readonly number[]
}

export interface PosixMessage {
  readonly priority: number
  readonly size: number
  /** Its bytes, or the first of them. */
  readonly text: string
}

export interface QueueNotification {
  readonly pid: number
  /** The signal of SIGEV_SIGNAL; 0 for SIGEV_NONE. */
  readonly signal: number
  /** It has called execve since: the registration stands, but gets no signal. */
  readonly execed: boolean
}
