import type { CallInterval } from '../strace/interval.ts'
import { signalNumber } from '../strace/signals.ts'
import { describeCall } from '../check/describe.ts'
import { signalName } from '../../model/signals.ts'
import { DEFERRED, type WitnessEvent } from './event.ts'

/**
 * What a line of the capture says that its thread did in the kernel, in its own context. `exec`: in whose place, by its
 * number, the thread now is.
 */
export type Seen =
  | { readonly kind: 'call'; readonly call: CallInterval; readonly oldPid: number }
  /** `isSure`: it was not killed in the very stop in which strace showed the signal. */
  | {
      readonly kind: 'signal'
      readonly line: number
      readonly signal: number
      readonly code: number | undefined
      isSure: boolean
    }
  /** `isTaken`: no call of its own has led it there. */
  | {
      readonly kind: 'end'
      readonly line: number
      readonly how: string
      readonly killedBy: number
      readonly isTaken: boolean
    }

/** What the witness must, or may, tell because of it. */
export interface Step {
  /** The line of the capture. */
  readonly line: number
  readonly text: string
  readonly event: WitnessEvent['name']
  readonly must: boolean
  readonly agrees: (event: WitnessEvent) => boolean
  /** Whether, after this event, further ones belong to it as well. */
  readonly goesOn: (event: WitnessEvent) => boolean
  /** What the last of them tells. */
  readonly lastAgrees?: (event: WitnessEvent) => boolean
  /** The signal that ends the thread here, 0 for none; `isTaken`: the thread must have taken it, or SIGKILL. */
  readonly death?: { readonly by: number; readonly isTaken: boolean }
  /** The kernel function that the event stands in. */
  readonly source: string
}

export interface StepOptions {
  /** The numbers of processes in the arguments and results are those that the witness uses. */
  readonly sameNumbers: boolean
  /** All locks are kept by fs/locks.c. */
  readonly localLocks: boolean
  /** Whether the capture shows a process or thread of this number. */
  readonly isShown: (pid: number) => boolean
}

const FORKS = /^(fork|vfork|clone3?)$/
const WAITS = /^(wait4|waitid|waitpid)$/
const KILLS = /^(kill|tkill|tgkill|rt_sigqueueinfo|rt_tgsigqueueinfo|pidfd_send_signal)$/
const LOCKS = /^fcntl(64)?$/

/** Whether the witness can have anything to tell of a call. */
export const isWitnessed = ({ name, args }: CallInterval): boolean =>
  FORKS.test(name) ||
  WAITS.test(name) ||
  KILLS.test(name) ||
  name.startsWith('execve') ||
  name === 'flock' ||
  (LOCKS.test(name) && (args === '' || /\bF_(OFD_)?SETLKW?(64)?\b/.test(args)))

/** Whether the call has made a process or thread, or the capture does not say that it has not. */
export const makesProcess = (call: CallInterval): boolean =>
  FORKS.test(call.name) && (isOpen(call) || (call.result?.kind === 'value' && call.result.value > 0))

/** What a line lets expect, undefined where it lets expect nothing. */
export function stepOf(seen: Seen, options: StepOptions): Step | undefined {
  switch (seen.kind) {
    case 'signal':
      return {
        line: seen.line,
        text: `takes ${signalName(seen.signal)}`,
        event: 'signal_deliver',
        must: seen.isSure,
        agrees: (event) =>
          event.name === 'signal_deliver' &&
          event.signal === seen.signal &&
          (seen.code === undefined || event.code === seen.code),
        goesOn: never,
        source: 'kernel/signal.c get_signal()',
      }
    case 'end':
      return {
        line: seen.line,
        text: seen.how,
        event: 'sched_process_exit',
        must: true,
        agrees: (event) => event.name === 'sched_process_exit' && event.about === event.tid,
        goesOn: never,
        death: { by: seen.killedBy, isTaken: seen.isTaken },
        source: 'kernel/exit.c do_exit()',
      }
    case 'call':
      return stepOfCall(seen.call, seen.oldPid, options)
  }
}

function stepOfCall(call: CallInterval, oldPid: number, options: StepOptions): Step | undefined {
  const { name } = call
  if (FORKS.test(name)) return stepOfFork(call, options)
  if (WAITS.test(name)) return stepOfWait(call, options)
  if (KILLS.test(name)) return stepOfKill(call, options)
  if (name.startsWith('execve')) return stepOfExec(call, oldPid)
  return name === 'flock' ? stepOfFlock(call, options) : stepOfLock(call)
}

const never = (): boolean => false

const common = (call: CallInterval) => ({
  line: call.leaveLine ?? call.enterLine,
  text: describeCall(call),
  goesOn: never,
})

/** It came back, or died inside, or the capture does not tell. */
const isOpen = ({ result }: CallInterval): boolean => result === undefined || result.kind === 'none'

function stepOfFork(call: CallInterval, { sameNumbers }: StepOptions): Step | undefined {
  const { result } = call
  if (!makesProcess(call)) return undefined
  const child = result?.kind === 'value' && result.note === '' && sameNumbers ? result.value : undefined
  return {
    ...common(call),
    event: 'sched_process_fork',
    must: !isOpen(call),
    agrees: (event) =>
      event.name === 'sched_process_fork' &&
      event.maker === event.tid &&
      (child === undefined || event.about === child || event.about < 0),
    source: 'kernel/fork.c kernel_clone()',
  }
}

function stepOfExec(call: CallInterval, oldPid: number): Step | undefined {
  const { result, args } = call
  if (!isOpen(call) && (result?.kind !== 'value' || result.value !== 0)) return undefined
  const file = call.name === 'execve' ? /^"([^"\\]*)"/.exec(args)?.[1] : undefined
  return {
    ...common(call),
    event: 'sched_process_exec',
    must: !isOpen(call),
    agrees: (event) =>
      event.name === 'sched_process_exec' &&
      event.about === event.tid &&
      (event.oldPid === oldPid || event.oldPid < 0) &&
      (file === undefined || event.filename === file),
    source: 'fs/exec.c exec_binprm()',
  }
}

/** Every wait whose arguments are valid says so, with the number that it waits for, 0 for anybody. */
function stepOfWait(call: CallInterval, { sameNumbers, isShown }: StepOptions): Step | undefined {
  const { result, name, args } = call
  if (result?.kind === 'error' && !/^(ECHILD|EINTR)$/.test(result.errno)) return undefined
  const asked = name === 'waitid' ? /^P_(PID|PGID), (\d+)|^P_ALL/.exec(args) : /^(-?\d+)/.exec(args)
  const number = asked === null ? undefined : asked[0] === 'P_ALL' ? -1 : Number(asked[2] ?? asked[1])
  const waitsFor = (about: number): boolean => {
    if (number === undefined || !sameNumbers) return true
    if (number === -1) return about === 0
    if (about < 0) return !isShown(Math.abs(number))
    if (number === 0) return about > 0
    // Nobody may bear the number.
    return about === Math.abs(number) || (about === 0 && result?.kind !== 'value')
  }
  return {
    ...common(call),
    event: 'sched_process_wait',
    must: !isOpen(call),
    agrees: (event) => event.name === 'sched_process_wait' && waitsFor(event.about),
    source: 'kernel/exit.c do_wait()',
  }
}

const CODES: Readonly<Record<string, number>> = { kill: 0, pidfd_send_signal: 0, tkill: -6, tgkill: -6 }

/** A signal sent, to each process of a group. One that cannot be sent leaves no trace; that to a dying thread may not. */
function stepOfKill(call: CallInterval, { sameNumbers, isShown }: StepOptions): Step | undefined {
  const { name, args, result } = call
  const numbers = /^(-?\d+), (?:(-?\d+), )?(SIG\w+|\d+)/.exec(args)
  const signal = numbers === null ? undefined : signalNumber(numbers[3]!)
  if (result?.kind === 'error' || numbers === null || numbers[3] === '0' || signal === undefined) return undefined
  const first = Number(numbers[1])
  const isGroup = name === 'kill' && first <= 0
  const target = /^(kill|tkill|rt_sigqueueinfo)$/.test(name) ? first : name === 'pidfd_send_signal' ? undefined : Number(numbers[2]) // prettier-ignore
  const code = CODES[name]
  const isTarget = (about: number): boolean =>
    isGroup || target === undefined || !sameNumbers || about === target || (about < 0 && !isShown(target))
  const isCertain = name === 'kill' || name === 'rt_sigqueueinfo' || target === call.pid
  return {
    ...common(call),
    event: 'signal_generate',
    must: !isOpen(call) && isCertain,
    agrees: (event) =>
      event.name === 'signal_generate' &&
      event.signal === signal &&
      (code === undefined || event.code === code) &&
      isTarget(event.about),
    goesOn: () => isGroup,
    source: 'kernel/signal.c __send_signal_locked()',
  }
}

const ERRNO: Readonly<Record<string, number>> = { EAGAIN: -11, EACCES: -13, EDEADLK: -35, ERESTARTSYS: -512 }

/** The result that the kernel's function gave; undefined when the capture does not say. */
function gave({ result }: CallInterval): number | undefined {
  if (result?.kind === 'value') return result.value
  if (result?.kind === 'error') return ERRNO[result.errno]
  return result?.kind === 'restart' ? ERRNO[result.code] : undefined
}

function stepOfLock(call: CallInterval): Step | undefined {
  if (!isWitnessed(call) || call.args === '') return undefined
  const result = gave(call)
  const lock = /l_type=(F_\w+), l_whence=SEEK_SET, l_start=(\d+), l_len=(\d+)/.exec(call.args)
  const isSame = (event: WitnessEvent & { name: 'fcntl_setlk' }): boolean => {
    if (result !== undefined && event.result !== result) return false
    if (lock === null || result !== 0) return true
    const [, type, start, length] = lock
    // What the request holds in the end may be more: locks of the same type that it meets become one with it.
    if (event.type !== type || BigInt(event.start) > BigInt(start!)) return false
    return length === '0' || BigInt(event.end) >= BigInt(start!) + BigInt(length!) - 1n
  }
  return {
    ...common(call),
    event: 'fcntl_setlk',
    must: result !== undefined,
    agrees: (event) => event.name === 'fcntl_setlk' && isSame(event as WitnessEvent & { name: 'fcntl_setlk' }),
    source: 'fs/locks.c fcntl_setlk()',
  }
}

/** A request that has to wait is made again when it is woken. */
function stepOfFlock(call: CallInterval, { localLocks }: StepOptions): Step | undefined {
  const result = gave(call)
  if (result === undefined && call.result?.kind === 'error') return undefined
  const type = call.args.includes('LOCK_UN') ? 'F_UNLCK' : call.args.includes('LOCK_EX') ? 'F_WRLCK' : 'F_RDLCK'
  return {
    ...common(call),
    event: 'flock_lock_inode',
    must: localLocks && (result === 0 || result === ERRNO.EAGAIN),
    agrees: (event) => event.name === 'flock_lock_inode' && !event.atClose && event.type === type,
    goesOn: (event) => event.name === 'flock_lock_inode' && event.result === DEFERRED,
    lastAgrees: (event) =>
      (result !== 0 && result !== ERRNO.EAGAIN) || (event.name === 'flock_lock_inode' && event.result === result),
    source: 'fs/locks.c flock_lock_inode()',
  }
}
