import type { Kernel } from '../../model/kernel.ts'
import { descriptionOf, isCloexec } from '../../model/functions/files.ts'
import { queueName } from '../../model/functions/posix-queues.ts'
import { INIT } from '../../model/functions/signals.ts'
import type { RecordLock } from '../../model/state/open-files.ts'
import { signalsOf, type SignalSet } from '../../model/state/signal-set.ts'
import type { SignalAction, Siginfo } from '../../model/state/signals.ts'
import type { Thread } from '../../model/state/threads.ts'
import { compareNamedSemaphores, type Found } from './named-semaphores-shown.ts'
import { numberOfWord } from './numbers.ts'
import type { SnapshotText } from './live-run.ts'
import { readFields, readLocks, readStat, readTable, type ProcLock } from './proc-text.ts'
import type { Bindings } from './bindings.ts'
import type { Absences, ProcPart } from './target.ts'

/** A snapshot of the live kernel, by the keys of its texts. */
type Texts = ReadonlyMap<string, string>

/**
 * Where what /proc shows is not what the model's state is: `status 3: SigBlk is 200, and 0 in the model`. Nothing may be
 * under way. Not compared is what the model does not follow, and where a dying or stopped process shows less. What is
 * absent must not be among the texts.
 */
export function snapshotDifferences(
  texts: readonly SnapshotText[],
  kernel: Kernel,
  bindings: Bindings,
  absences: Absences,
): string[] {
  const by: Texts = new Map(texts.map(({ key, text }) => [key, text]))
  const found = new Differences()
  for (const thread of kernel.threads.rows()) {
    if (thread.tid === INIT) continue
    if (absences.shows('stat')) compareStat(by, kernel, thread, absences, found)
    if (thread.state === 'dead') continue
    compareStatus(by, kernel, thread, found)
    if (absences.shows('fd')) compareDescriptors(texts, by, kernel, thread, found)
  }
  compareFiles(by, kernel, found)
  compareLocks(by, kernel, found)
  compareSegments(by, kernel, bindings, found)
  compareQueues(by, kernel, bindings, found)
  compareSemaphores(texts, kernel, bindings, found)
  comparePosixQueues(texts, kernel, found)
  compareNamedSemaphores(by.get('named-semaphores'), kernel, found)
  compareTerminals(texts, kernel, found)
  return found.all
}

class Differences implements Found {
  readonly all: string[] = []

  check(what: string, live: unknown, model: unknown): void {
    if (live !== model) this.all.push(`${what} is ${String(live)}, and ${String(model)} in the model`)
  }
}

/** The device number of /dev/pts/N. Source: Documentation/admin-guide/devices.txt. */
const terminalDevice = (number: number): number => (136 << 8) | number

function compareStat(
  by: Texts,
  kernel: Kernel,
  thread: Readonly<Thread>,
  absences: Absences,
  found: Differences,
): void {
  const text = by.get(`stat ${thread.tid}`)
  if (text === undefined) {
    found.check(`thread ${thread.tid}`, 'gone', thread.state)
    return
  }
  const stat = readStat(text)
  const process = kernel.processOf(thread)
  const check = (name: string, field: ProcPart, live: number, model: number) => {
    if (absences.shows(field)) found.check(`${name} of ${thread.tid}`, live, model)
  }
  check('parent', 'ppid', stat.parent, process.parent === 0 ? 0 : kernel.threads.at(process.parent).pid)
  check('process group', 'pgrp', stat.group, process.group)
  check('session', 'session', stat.session, process.session)
  check('number of threads', 'num_threads', stat.threads, process.threads.length)
  check('exit signal', 'exit_signal', stat.exitSignal, thread.tid === thread.pid ? process.exitSignal : -1)
  if (process.state !== 'running' && process.state !== 'stopped') return
  const terminal = process.terminal === 0 ? undefined : kernel.terminals.at(process.terminal)
  const device = terminal === undefined ? 0 : terminalDevice(terminal.number)
  check('controlling terminal', 'tty_nr', stat.terminal, device)
  check('foreground group', 'tpgid', stat.foreground, terminal === undefined ? -1 : terminal.foreground)
}

const maskOf = (signals: Iterable<number>): string => {
  let bits = 0n
  for (const signal of signals) bits |= 1n << BigInt(signal - 1)
  return bits.toString(16).padStart(16, '0')
}

/** The mask of what is pending; of what may be and may not, as is seen. */
const pendingMask = (pending: readonly Siginfo[], seen = '0'): string => {
  const isThere = ({ signal, optional }: Siginfo) =>
    optional !== true || ((BigInt(`0x${seen}`) >> BigInt(signal - 1)) & 1n) === 1n
  return maskOf(pending.filter(isThere).map(({ signal }) => signal))
}

const handledBy = (actions: readonly (SignalAction | undefined)[], handler: SignalAction['handler']): number[] =>
  actions.flatMap((action, signal) => (action?.handler === handler ? [signal] : []))

function compareStatus(by: Texts, kernel: Kernel, thread: Readonly<Thread>, found: Differences): void {
  const text = by.get(`status ${thread.tid}`)
  if (text === undefined) return
  const status = readFields(text)
  const process = kernel.processOf(thread)
  const check = (name: string, model: string) => found.check(`${name} of ${thread.tid}`, status.get(name), model)
  check('SigPnd', pendingMask(thread.pending, status.get('SigPnd')))
  check('ShdPnd', pendingMask(process.pending, status.get('ShdPnd')))
  check('SigIgn', maskOf(handledBy(process.actions, 'SIG_IGN')))
  check('SigCgt', maskOf(handledBy(process.actions, 'handler')))
  // What sigtimedwait waits for is let through while it does.
  if (thread.call?.syscall.name !== 'rt_sigtimedwait')
    check('SigBlk', maskOf(signalsOf(thread.blocked satisfies SignalSet)))
  compareMemoryLocks(status, kernel, thread, found)
}

/** Under mlockall the executor's own memory is locked, too. */
function compareMemoryLocks(
  status: ReadonlyMap<string, string>,
  kernel: Kernel,
  { tid, mm }: Readonly<Thread>,
  found: Differences,
): void {
  const space = kernel.mms.at(mm)
  const locked = space.mappings.filter(({ state }) => state === 'mapped.locked')
  const expected = locked.reduce((sum, { length }) => sum + length, 0) / 1024
  const live = Number(status.get('VmLck')?.split(' ')[0] ?? 0)
  if (live < expected || (expected === 0 && live > 0 && live < EXECUTORS_OWN)) {
    found.check(`VmLck of ${tid}`, live, expected)
  }
}

/** KiB: the executor's shared mapping alone is larger. */
const EXECUTORS_OWN = 4096

const ACCESS = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_PATH: 0 } as const

function compareDescriptors(
  texts: readonly SnapshotText[],
  by: Texts,
  kernel: Kernel,
  thread: Readonly<Thread>,
  found: Differences,
): void {
  const prefix = `fd ${thread.tid} `
  const live = texts.flatMap(({ key }) => (key.startsWith(prefix) ? [Number(key.slice(prefix.length))] : []))
  const { slots } = kernel.files.at(thread.files)
  const model = slots.flatMap((slot, fd) => (slot === 0 ? [] : [fd]))
  found.check(`descriptors of ${thread.tid}`, live.toSorted((a, b) => a - b).join(' '), model.join(' '))
  for (const fd of model) {
    const info = by.get(`fdinfo ${thread.tid} ${fd}`)
    if (info === undefined) continue
    const fields = readFields(info)
    const description = kernel.descriptions.at(descriptionOf(slots[fd]!))
    const { kind, access, append, nonblock, direct, openFlags, offset } = description
    if (kind === 'opaque') continue
    const flags =
      ACCESS[access] |
      openFlags |
      (append ? numberOfWord('O_APPEND') : 0) |
      (nonblock ? numberOfWord('O_NONBLOCK') : 0) |
      (direct ? numberOfWord('O_DIRECT') : 0) |
      (isCloexec(slots[fd]!) ? numberOfWord('O_CLOEXEC') : 0)
    const what = `of descriptor ${fd} of ${thread.tid}`
    // fdinfo shows the flag of ptmx's opener, and mq_open's own bits, which F_GETFL does not.
    if (kind !== 'message-queue') found.check(`flags ${what}`, parseInt(fields.get('flags') ?? '', 8), flags)
    if (kind === 'file' && access !== 'O_PATH' && kernel.inodes.at(description.inode).kind === 'regular')
      found.check(`offset ${what}`, Number(fields.get('pos')), offset)
  }
}

/** A process, group or session bears the number. */
const isInUse = (kernel: Kernel, number: number): boolean =>
  kernel.processes.has(number) || kernel.groups.has(number) || kernel.sessions.has(number)

/**
 * How many files the file system holds, those that have no name any more included: it counts each name beyond the first
 * as one, and its root directory. Source: statfs(2); mm/shmem.c shmem_link(), shmem_evict_inode().
 */
function compareFiles(by: Texts, kernel: Kernel, found: Differences): void {
  const text = by.get('inodes')
  if (text === undefined) return
  const files = kernel.inodes.rows().filter(({ kind }) => kind === 'regular' || kind === 'fifo')
  found.check(
    'number of files',
    Number(text),
    files.reduce((sum, { links }) => sum + Math.max(1, links), 1),
  )
}

const MODES = { F_RDLCK: 'READ', F_WRLCK: 'WRITE', LOCK_SH: 'READ', LOCK_EX: 'WRITE' } as const

const shownAs = ({ kind, mode, pid, start, end }: Omit<ProcLock, 'file'>): string =>
  `${kind} ${mode} ${pid} ${start} ${end}`

const recordLockShown = (lock: Omit<RecordLock, 'owner'>): Omit<ProcLock, 'file'> => ({
  ...lock,
  kind: lock.kind === 'ofd' ? 'OFDLCK' : 'POSIX',
  mode: MODES[lock.type],
})

const flockShown = (type: 'LOCK_SH' | 'LOCK_EX', pid: number): Omit<ProcLock, 'file'> => ({
  kind: 'FLOCK',
  mode: MODES[type],
  pid,
  start: 0,
  end: Infinity,
})

/**
 * Those of other file systems belong to others. A lock stays with the descriptor table or description that owns it, but is
 * not shown once the number of the process that asked for it stands for nothing, and neither are those who wait for it.
 * Source: fs/locks.c locks_show().
 */
function compareLocks(by: Texts, kernel: Kernel, found: Differences): void {
  const text = by.get('locks')
  const device = by.get('device')
  if (text === undefined || device === undefined) return
  const { held, waiting } = readLocks(text)
  const ours = ({ file }: ProcLock) => file.startsWith(`${device}:`)
  const listed = (locks: readonly Omit<ProcLock, 'file'>[]) => locks.map(shownAs).toSorted().join(', ')
  const model = kernel.inodes
    .rows()
    .filter(({ kind }) => kind === 'regular' || kind === 'fifo')
    .flatMap(({ recordLocks, flocks }) => [
      ...recordLocks.map(recordLockShown),
      ...flocks.map(({ type, pid }) => flockShown(type, pid)),
    ])
  const shown = model.filter(({ pid }) => pid === -1 || isInUse(kernel, pid))
  found.check('locks', listed(held.filter(ours)), listed(shown))
  if (shown.length === model.length) {
    found.check('requests for locks', listed(waiting.filter(ours)), listed(requestsForLocks(kernel)))
  }
}

/** Nothing moves: whoever is in a call for a lock sleeps, and is queued. */
function requestsForLocks(kernel: Kernel): Omit<ProcLock, 'file'>[] {
  return kernel.threads.rows().flatMap((thread) => {
    const { state, lockCall, call, pid } = thread
    if (state !== 'in-call' || lockCall === null) return []
    const { kind } = kernel.inodes.at(kernel.descriptions.at(lockCall.description).inode)
    if (kind !== 'regular' && kind !== 'fifo') return []
    if (call!.syscall.name === 'fcntl')
      return [recordLockShown(kernel.fn.requestOf(kernel, thread, lockCall) as RecordLock)]
    return [flockShown((call!.args.operation as ReadonlySet<string>).has('LOCK_EX') ? 'LOCK_EX' : 'LOCK_SH', pid)]
  })
}

function compareSegments(by: Texts, kernel: Kernel, bindings: Bindings, found: Differences): void {
  const text = by.get('shm')
  if (text === undefined) return
  const live = readTable(text)
  found.check('number of shared memory segments', live.length, kernel.shms.rows().length)
  for (const row of live) {
    const id = Number(row.get('shmid'))
    const segment = kernel.shms.get(bindings.known('shm', id))
    if (segment === undefined) continue
    for (const [column, model] of [
      ['key', segment.key | 0],
      ['size', segment.size],
      ['nattch', segment.nattch],
      ['cpid', segment.cpid],
      ['lpid', segment.lpid],
    ] as const) {
      found.check(`${column} of segment ${id}`, Number(row.get(column)) | 0, model)
    }
  }
}

function compareQueues(by: Texts, kernel: Kernel, bindings: Bindings, found: Differences): void {
  const text = by.get('msg')
  if (text === undefined) return
  const live = readTable(text)
  found.check('number of message queues', live.length, kernel.msgs.rows().length)
  for (const row of live) {
    const id = Number(row.get('msqid'))
    const queue = kernel.msgs.get(bindings.known('msg', id))
    if (queue === undefined) continue
    for (const [column, model] of [
      ['key', queue.key | 0],
      ['qnum', queue.messages.length],
      ['cbytes', queue.messages.reduce((sum, { size }) => sum + size, 0)],
      ['lspid', queue.lspid],
      ['lrpid', queue.lrpid],
    ] as const) {
      found.check(`${column} of queue ${id}`, Number(row.get(column)) | 0, model)
    }
  }
}

function compareSemaphores(
  texts: readonly SnapshotText[],
  kernel: Kernel,
  bindings: Bindings,
  found: Differences,
): void {
  const sets = texts.filter(({ key }) => key === 'sem')
  if (!texts.some(({ key }) => key === 'shm')) return
  found.check('number of semaphore sets', sets.length, kernel.sems.rows().length)
  for (const { text } of sets) {
    const [id, ...semaphores] = text.split(' ')
    const known = bindings.known('sem', Number(id))
    const set = kernel.sems.get(known)
    if (set === undefined || set.unknown) continue
    semaphores.forEach((semaphore, num) => {
      const [value, pid, waiting, waitingForZero] = semaphore.split('/').map(Number)
      const what = (name: string) => `${name} ${num} of set ${id ?? ''}`
      found.check(what('semval'), value, set.semaphores[num]?.value)
      found.check(what('sempid'), pid, set.semaphores[num]?.pid)
      found.check(what('semncnt'), waiting, kernel.fn.countSleepers(kernel, known, num, false))
      found.check(what('semzcnt'), waitingForZero, kernel.fn.countSleepers(kernel, known, num, true))
    })
  }
}

function comparePosixQueues(texts: readonly SnapshotText[], kernel: Kernel, found: Differences): void {
  const shown = texts.filter(({ key }) => key.startsWith('queue /'))
  for (const { key, text } of shown) {
    const id = kernel.names.get(queueName(key.slice('queue '.length)))
    const queue = id === undefined ? undefined : kernel.queues.get(id)
    if (queue === undefined) {
      found.check(key, 'there', 'not there')
      continue
    }
    const fields = new Map(
      text.split(/\s+/).flatMap((word) => (word.includes(':') ? [word.split(':') as [string, string]] : [])),
    )
    const check = (name: string, model: number) => found.check(`${name} of ${key}`, Number(fields.get(name)), model)
    const { messages, notify } = queue
    check(
      'QSIZE',
      messages.reduce((sum, { size }) => sum + size, 0),
    )
    check('NOTIFY', notify === null || notify.signal !== 0 ? 0 : SIGEV_NONE)
    check('SIGNO', notify?.signal ?? 0)
    check('NOTIFY_PID', notify?.pid ?? 0)
  }
}

/** Source: include/uapi/asm-generic/siginfo.h. */
const SIGEV_NONE = 1

/** A terminal's master tells whose it is, though it is no terminal of the one who asks. Source: ioctl_tty(2), pty(7). */
function compareTerminals(texts: readonly SnapshotText[], kernel: Kernel, found: Differences): void {
  for (const { key, text } of texts) {
    if (key !== 'terminal') continue
    const [number, session, foreground] = text.split(' ').map(Number) as [number, number, number]
    const terminal = kernel.terminals.rows().find((row) => row.number === number && row.masters > 0)
    found.check(`session of terminal ${number}`, session, terminal?.session)
    found.check(`foreground group of terminal ${number}`, foreground, terminal?.foreground)
  }
}
