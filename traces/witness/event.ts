/** The tracepoints that a witness records, as `subsystem/event`. */
export const WITNESSED = [
  'sched/sched_process_fork',
  'sched/sched_process_exec',
  'sched/sched_process_exit',
  'sched/sched_process_wait',
  'sched/sched_process_free',
  'signal/signal_generate',
  'signal/signal_deliver',
  'filelock/fcntl_setlk',
  'filelock/posix_lock_inode',
  'filelock/locks_remove_posix',
  'filelock/flock_lock_inode',
] as const

/** Numbers are those of the initial pid namespace, or translated; below 0, of a process that the capture does not show. */
interface Common {
  /** The line of the witness file, from 1. */
  readonly line: number
  /** The thread in whose context it happened. */
  readonly tid: number
  /** Seconds of the monotonic clock. */
  readonly time: number
  /** Whom it is about: the child of a fork, the target of a signal, whom a wait asks for (0: nobody by number); else the thread. */
  readonly about: number
  /** The event with its fields, as the kernel printed it. */
  readonly text: string
}

/** What became of a signal as it was generated. Source: include/trace/events/signal.h. */
export const GENERATED = { queued: 0, ignored: 1, alreadyPending: 2, overflow: 3, withoutInfo: 4 } as const

/** The result of a request that has to wait. Source: include/linux/filelock.h FILE_LOCK_DEFERRED. */
export const DEFERRED = 1

/** A lock asked for, granted, refused or removed. Source: include/trace/events/filelock.h. */
export interface LockEvent extends Common {
  readonly name: 'fcntl_setlk' | 'posix_lock_inode' | 'locks_remove_posix' | 'flock_lock_inode'
  readonly inode: string
  readonly type: string
  /** The kernel removes the locks as a file is closed. */
  readonly atClose: boolean
  readonly start: string
  readonly end: string
  /** 0, -errno, or 1 for a request that has to wait. */
  readonly result: number
}

export type WitnessEvent =
  | (Common & { readonly name: 'sched_process_fork'; readonly maker: number })
  | (Common & { readonly name: 'sched_process_wait' | 'sched_process_free' })
  | (Common & { readonly name: 'sched_process_exec'; readonly filename: string; readonly oldPid: number })
  /** `groupDead` is unknown before Linux 6.15. */
  | (Common & { readonly name: 'sched_process_exit'; readonly groupDead: boolean | undefined })
  | (Common & {
      readonly name: 'signal_generate'
      readonly signal: number
      readonly code: number
      readonly forProcess: boolean
      readonly result: number
    })
  | (Common & { readonly name: 'signal_deliver'; readonly signal: number; readonly code: number })
  | LockEvent

/** A name has 15 characters at the most, any of them. */
const LINE = /^\s*.{0,15}-(\d+)\s+\[\d+\] \S+\s+(\d+\.\d+): ((\w+): (.*))$/

/** Read a line of trace_pipe; undefined when it is none that is known. */
export function readEvent(text: string, line: number): WitnessEvent | undefined {
  const found = LINE.exec(text)
  if (found === null) return undefined
  const [, tid, time, all, name, fields] = found
  const common = { line, tid: Number(tid), time: Number(time), text: all! }
  return readFields(common, name!, fields!)
}

type Head = Pick<Common, 'line' | 'tid' | 'time' | 'text'>

function readFields(head: Head, name: string, fields: string): WitnessEvent | undefined {
  switch (name) {
    case 'sched_process_fork': {
      const found = / pid=(\d+) child_comm=.* child_pid=(\d+)$/.exec(fields)
      return found === null ? undefined : { ...head, name, maker: Number(found[1]), about: Number(found[2]) }
    }
    case 'sched_process_wait':
    case 'sched_process_free': {
      const found = / pid=(\d+) prio=-?\d+$/.exec(fields)
      return found === null ? undefined : { ...head, name, about: Number(found[1]) }
    }
    case 'sched_process_exit': {
      const found = / pid=(\d+) prio=-?\d+(?: group_dead=(true|false))?$/.exec(fields)
      if (found === null) return undefined
      const groupDead = found[2] === undefined ? undefined : found[2] === 'true'
      return { ...head, name, about: Number(found[1]), groupDead }
    }
    case 'sched_process_exec': {
      const found = /^filename=(.*) pid=(\d+) old_pid=(\d+)$/.exec(fields)
      return found === null
        ? undefined
        : { ...head, name, about: Number(found[2]), filename: found[1]!, oldPid: Number(found[3]) }
    }
    case 'signal_generate': {
      const found = /^sig=(\d+) errno=-?\d+ code=(-?\d+) comm=.* pid=(\d+) grp=(\d) res=(\d)$/.exec(fields)
      if (found === null) return undefined
      const [, signal, code, about, group, result] = found.map(Number)
      return { ...head, name, about: about!, signal: signal!, code: code!, forProcess: group === 1, result: result! }
    }
    case 'signal_deliver': {
      const found = /^sig=(\d+) errno=-?\d+ code=(-?\d+) /.exec(fields)
      return found === null
        ? undefined
        : { ...head, name, about: head.tid, signal: Number(found[1]), code: Number(found[2]) }
    }
    case 'fcntl_setlk':
    case 'posix_lock_inode':
    case 'locks_remove_posix':
    case 'flock_lock_inode':
      return readLock(head, name, fields)
    default:
      return undefined
  }
}

const LOCK = /^fl=\S+ dev=(\S+) ino=(\S+) .* fl_flags=(\S*) fl_type=(\S+) fl_start=(-?\d+) fl_end=(-?\d+) ret=(-?\d+)$/

function readLock(head: Head, name: LockEvent['name'], fields: string): LockEvent | undefined {
  const found = LOCK.exec(fields)
  if (found === null) return undefined
  const [, device, inode, flags, type, start, end, result] = found
  return {
    ...head,
    name,
    about: head.tid,
    inode: `${device!} ${inode!}`,
    type: type!,
    atClose: flags!.includes('FL_CLOSE'),
    start: start!,
    end: end!,
    result: Number(result),
  }
}
