import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { threadChart } from '../lifecycle/thread.ts'
import type { Row, Table } from '../state/table.ts'
import type { SleepsOn, Thread } from '../state/threads.ts'
import { fails, type Answer, type Call, type OutValues, type Result } from '../syscall.ts'

/** Identifiers that one maker's bucket holds. */
const BUCKET = 1024

/**
 * The identifier of an object that a process is about to make. Linux puts a sequence number into it, so one that was
 * removed is not named by a later object's. Source: ipc/util.c ipc_idr_alloc().
 */
export function newIpcId(kernel: Kernel, table: Pick<Table<Row>, 'freeId'>, pid: number): number {
  const place = kernel.processes.edit(pid).ipcObjects++
  return place < BUCKET ? pid * BUCKET + place : table.freeId(pid)
}

/** The identifier that `newIpcId` would give. */
export function nextIpcId(kernel: Kernel, table: Pick<Table<Row>, 'freeId'>, pid: number): number {
  const place = kernel.processes.at(pid).ipcObjects
  return place < BUCKET ? pid * BUCKET + place : table.freeId(pid)
}

/** A table whose rows have a key. */
export interface ByKey {
  ids(holds: (row: { readonly key: number }) => boolean): number[]
}

/** The object that a key names. IPC_PRIVATE names none. Source: ipc/util.c ipc_findkey(). */
export function findKey(table: ByKey, key: number): number | undefined {
  return key === 0 ? undefined : table.ids((row) => row.key === key)[0]
}

/** The thread's call sleeps among those of an object until one of them changes it, or it is interrupted. */
export function joinSleepers(kernel: Kernel, tid: number, object: SleepsOn): void {
  kernel.threads.edit(tid).sleepsOn = object
}

/**
 * A sleeping call is over: whoever changed the object has done its work for it. Nothing can come between, so no signal
 * turns the result into EINTR any more. Source: ipc/sem.c wake_up_sem_queue_prepare(), ipc/msg.c pipelined_send().
 */
export function completeSleeper(kernel: Kernel, tid: number, result: Result, out: OutValues | null = null): void {
  const row = kernel.threads.edit(tid)
  row.state = advance(threadChart, row.state, 'EFFECT')
  row.result = result
  row.out = out
  row.sleepsOn = null
}

/** A signal, a time-out or death ends the sleep, and leaves nothing behind. Source: ipc/sem.c unlink_queue(). */
export function leaveSleepers(kernel: Kernel, tid: number): void {
  const row = kernel.threads.edit(tid)
  const { kind, id } = row.sleepsOn!
  row.sleepsOn = null
  if (kind === 'sem' && kernel.sems.has(id)) {
    const set = kernel.sems.edit(id)
    set.sleepers = set.sleepers.filter((sleeper) => sleeper.tid !== tid)
  } else if (kind === 'msg' && kernel.msgs.has(id)) {
    const queue = kernel.msgs.edit(id)
    queue.receivers = queue.receivers.filter((receiver) => receiver.tid !== tid)
  } else if (kind === 'mq') {
    const queue = kernel.queues.edit(id)
    queue.senders = queue.senders.filter((sender) => sender !== tid)
    queue.receivers = queue.receivers.filter((receiver) => receiver !== tid)
  }
}

/** An object is gone: calls that name it and are on their way in may have found it before, and then fail with EIDRM. */
export function objectRemoved(kernel: Kernel, of: 'shm' | 'sem' | 'msg', id: number): void {
  kernel.threads.forEach(({ tid, state, call, sleepsOn }) => {
    if (state === 'in-call' && sleepsOn === null && namesObject(call!, of, id)) {
      kernel.threads.edit(tid).objectGone = true
    }
  })
}

const namesObject = ({ syscall, args }: Call, of: 'shm' | 'sem' | 'msg', id: number): boolean =>
  Object.entries(syscall.params).some(
    ([name, param]) => param.kind === 'object' && param.of === of && args[name] === id,
  )

/**
 * No object has this identifier. EIDRM, which the man pages promise for removed ones, is seen only by a call that was
 * already looking at the object when it went. Source: ipc/util.c ipc_obtain_object_check(), ipc_valid_object().
 */
export const noObject = (caller: Readonly<Thread>): Answer =>
  caller.objectGone ? [{ result: 'EINVAL' }, { result: 'EIDRM' }] : fails('EINVAL')
