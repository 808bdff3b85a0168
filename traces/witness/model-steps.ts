import { signalName } from '../../model/signals.ts'
import { CODES } from './codes.ts'
import type { WitnessEvent } from './event.ts'
import type { Finding } from './finding.ts'
import type { InternalStep } from './internal-steps.ts'

type Signal = InternalStep & { kind: 'signal' }
type Generated = WitnessEvent & { name: 'signal_generate' }

/** What the model did, in each of the states that explain the capture to its end, and what the witness saw. */
export interface Compared {
  readonly states: readonly (readonly InternalStep[])[]
  readonly events: readonly WitnessEvent[]
  /** The number in the witness of a process of the model; undefined for one that the capture does not show, or not alone by it. */
  readonly pidOf: (process: number) => number | undefined
  /** The process of a thread, by their numbers in the witness. */
  readonly processOf: (tid: number) => number
  /** Processes whose children may not all be in the capture. */
  readonly before: ReadonlySet<number>
  /** All locks are kept by fs/locks.c, whose events were on. */
  readonly tellsLocks: boolean
}

/**
 * Hold the internal steps of the model against the events: where in every state the model generates a signal, or removes
 * a lock, the kernel says that it has; and where the kernel tells of a death by a signal, the model does.
 */
export function compareSteps(compared: Compared): { findings: Finding[]; matched: number } {
  const steps = certainSteps(compared.states)
  const deaths = compareDeaths(compared, steps)
  const sent = compareSent(compared, steps)
  const locks = compareLocks(compared, steps)
  return {
    findings: [...deaths.findings, ...sent.findings, ...locks.findings],
    matched: deaths.matched + sent.matched + locks.matched,
  }
}

/** The steps of the first state; those that another lacks are uncertain. */
function certainSteps([first = [], ...others]: readonly (readonly InternalStep[])[]): readonly InternalStep[] {
  const counts = others.map((steps) => {
    const count = new Map<string, number>()
    for (const step of steps) count.set(keyOf(step), (count.get(keyOf(step)) ?? 0) + 1)
    return count
  })
  return first.flatMap((step) => {
    const key = keyOf(step)
    const isInAll = counts.every((count) => (count.get(key) ?? 0) > 0)
    for (const count of counts) count.set(key, (count.get(key) ?? 0) - 1)
    if (isInAll) return [step]
    return step.kind === 'signal' ? [{ ...step, isCertain: false }] : []
  })
}

function keyOf(step: InternalStep): string {
  switch (step.kind) {
    case 'signal':
      return `${step.to} ${step.from} ${step.signal} ${step.code}`
    case 'record-locks':
      return `record-locks ${step.by.join()}`
    case 'flock':
      return 'flock'
  }
}

const isDeath = ({ code }: Signal): boolean => code === 'CLD_EXITED' || code === 'CLD_KILLED' || code === 'CLD_DUMPED'

/** A death and where, in the witness, its parent can have been told: after the exit, and before the last of the child. */
interface Death {
  readonly step: Signal
  readonly parent: number | undefined
  readonly child: number | undefined
  readonly after: number
  readonly until: number
  isTold: boolean
}

/**
 * Each signal of a death goes to the death in whose window it falls and which must be told first. Left over: deaths that
 * nobody was told of, though the parent lived for long enough; and more signals than there are such deaths.
 */
function compareDeaths(
  { events, pidOf, processOf, before }: Compared,
  steps: readonly InternalStep[],
): { findings: Finding[]; matched: number } {
  const exits = new Map<number, number>()
  const frees = new Map<number, number>()
  events.forEach((event, index) => {
    if (event.name === 'sched_process_exit') exits.set(event.about, index)
    if (event.name === 'sched_process_free') frees.set(event.about, index)
  })
  const deaths = steps
    .filter((step): step is Signal => step.kind === 'signal' && isDeath(step))
    .map((step): Death => {
      const child = pidOf(step.from)
      const after = child === undefined ? -1 : (exits.get(child) ?? -1)
      const until = child === undefined ? Infinity : (frees.get(child) ?? Infinity)
      return { step, parent: pidOf(step.to), child, after, until, isTold: false }
    })
  const waiting = new Map<number, Death[]>()
  for (const death of deaths.toSorted((a, b) => a.until - b.until)) {
    if (death.parent === undefined) continue
    const others = waiting.get(death.parent)
    if (others === undefined) waiting.set(death.parent, [death])
    else others.push(death)
  }
  const extra: Generated[] = []
  events.forEach((event, index) => {
    if (event.name !== 'signal_generate' || event.code < 1 || event.code > 3) return
    const parent = processOf(event.about)
    const among = waiting.get(parent) ?? []
    const told = among.findIndex(
      ({ step, after, until }) =>
        after < index && index < until && step.signal === event.signal && CODES[step.code] === event.code,
    )
    if (told >= 0) among.splice(told, 1)[0]!.isTold = true
    else if (!before.has(parent)) extra.push(event)
  })
  const untold = deaths.filter(({ isTold }) => !isTold)
  const findings = untold.filter((death) => mustBeTold(death, exits)).map(missingDeath)
  const surplus = extra.length > untold.length ? extra.slice(0, extra.length - untold.length) : []
  findings.push(...surplus.map(extraDeath))
  return { findings, matched: deaths.length - untold.length }
}

/** The parent was there until the child was gone for good. */
function mustBeTold({ step, parent, child, after, until }: Death, exits: ReadonlyMap<number, number>): boolean {
  if (!step.isCertain || parent === undefined || child === undefined || after < 0) return false
  const end = exits.get(parent)
  return end === undefined || (until < Infinity && end > until)
}

const missingDeath = ({ step, parent, child }: Death): Finding => ({
  tid: parent!,
  line: step.line,
  event: undefined,
  seen: `the witness does not tell that ${signalName(step.signal)} (${step.code}) was generated for it as ${child!} died`,
  allowed: `signal_generate: sig=${step.signal} code=${CODES[step.code]!}`,
  because: `the model tells its parent of the death of ${child!}`,
  rule: 'model/functions/notify-parent.ts notifyParent()',
  source: 'kernel/signal.c do_notify_parent()',
})

const extraDeath = (event: Generated): Finding => ({
  tid: event.about,
  line: undefined,
  event,
  allowed: 'nothing',
  because: 'in the model no child of it that has died is left to be told of',
  rule: 'model/functions/notify-parent.ts notifyParent()',
  source: 'kernel/signal.c do_notify_parent()',
})

/** Signals that a process, or the kernel at an exit, sends to processes: as many as the model is sure of. */
function compareSent(
  { events, pidOf, processOf }: Compared,
  steps: readonly InternalStep[],
): { findings: Finding[]; matched: number } {
  const seen = new Map<string, number>()
  for (const event of events) {
    if (event.name !== 'signal_generate') continue
    const key = `${processOf(event.about)} ${event.signal} ${event.code}`
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  const findings: Finding[] = []
  let matched = 0
  for (const step of steps) {
    if (step.kind !== 'signal' || !step.isCertain || isDeath(step)) continue
    const to = pidOf(step.to)
    if (to === undefined) continue
    const key = `${to} ${step.signal} ${CODES[step.code]!}`
    const left = seen.get(key) ?? 0
    seen.set(key, left - 1)
    if (left > 0) matched++
    else findings.push(missingSignal(step, to))
  }
  return { findings, matched }
}

const missingSignal = (step: Signal, to: number): Finding => ({
  tid: to,
  line: step.line,
  event: undefined,
  seen: `the witness does not tell that ${signalName(step.signal)} (${step.code}) was generated for it`,
  allowed: `signal_generate: sig=${step.signal} code=${CODES[step.code]!} pid=${to}`,
  because: 'the model generates it here',
  rule: 'model/functions/signals.ts sendToProcess()',
  source: 'kernel/signal.c __send_signal_locked()',
})

/** Locks that go as a file is closed: a process removes, at the least, those that the model has it hold. */
function compareLocks(
  { events, pidOf, processOf, tellsLocks }: Compared,
  steps: readonly InternalStep[],
): { findings: Finding[]; matched: number } {
  if (!tellsLocks) return { findings: [], matched: 0 }
  const removals = new Map<number, number>()
  let flocks = 0
  for (const event of events) {
    if (event.name === 'locks_remove_posix') {
      const process = processOf(event.tid)
      removals.set(process, (removals.get(process) ?? 0) + 1)
    } else if (event.name === 'flock_lock_inode' && event.atClose && event.type === 'F_UNLCK') flocks++
  }
  const findings: Finding[] = []
  let matched = 0
  for (const step of steps) {
    if (step.kind === 'flock') {
      if (flocks-- > 0) matched++
      else findings.push(missingLock(step.line, 0, 'flock_lock_inode: FL_CLOSE F_UNLCK', 'removeFlock()'))
    } else if (step.kind === 'record-locks') {
      const by = step.by.map(pidOf)
      const [pid] = by
      // Which of several processes that share a descriptor table removed them is not told.
      if (by.length !== 1 || pid === undefined) continue
      const left = removals.get(pid) ?? 0
      removals.set(pid, left - 1)
      if (left > 0) matched++
      else findings.push(missingLock(step.line, pid, 'locks_remove_posix', 'locksRemovePosix()'))
    }
  }
  return { findings, matched }
}

const missingLock = (line: number, tid: number, event: string, rule: string): Finding => ({
  tid,
  line,
  event: undefined,
  seen: 'the witness does not tell that a lock went as its file was closed',
  allowed: event,
  because: 'the model removes one here',
  rule: `model/functions/locks.ts ${rule}`,
  source: 'fs/locks.c locks_remove_file(), locks_remove_posix()',
})
