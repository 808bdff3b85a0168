import { signalName } from '../../model/signals.ts'
import { GENERATED, type WitnessEvent } from './event.ts'
import type { Finding } from './finding.ts'

const SIGKILL = 9

/** What the capture tells of the events. */
export interface Told {
  /** Forks that make a thread of the same process. */
  readonly threadForks: ReadonlySet<WitnessEvent>
  /** Waits, with the child whose end they gave. */
  readonly reaped: ReadonlyMap<WitnessEvent, number>
  /** Threads that ran before the recording began: what waited for them is not known. */
  readonly before: ReadonlySet<number>
  /** The kernel may run threads of its own in a process. */
  readonly hasWorkers: boolean
  /** All that died is gone. */
  readonly settled: boolean
}

interface Group {
  /** Threads that live. */
  readonly live: Set<number>
  /** An exit was the last of the process. */
  saidDead: WitnessEvent | undefined
  /** Signals that may be pending for the process, by number. */
  readonly pending: Map<number, number>
  isKnown: boolean
}

/** Follows the events in their order, with no help from the model: what one of them says another must have made true. */
export class Consistency {
  readonly findings: Finding[] = []
  private readonly told: Told
  private readonly leaders = new Map<number, number>()
  private readonly groupOf = new Map<number, Group>()
  private readonly pending = new Map<number, Map<number, number>>()
  /** Threads that have exited and are not gone, with that event. */
  private readonly exited = new Map<number, WitnessEvent>()
  /** Children that a wait under way gave the end of. */
  private readonly awaited = new Map<number, WitnessEvent[]>()
  /** execve gave them another number. */
  private readonly renumbered = new Set<number>()

  constructor(told: Told) {
    this.told = told
    for (const [event, child] of told.reaped) this.awaited.set(child, [...(this.awaited.get(child) ?? []), event])
  }

  /** The process of a thread, as far as the events tell; that of the last thread of the number. */
  processOf(tid: number): number {
    return this.leaders.get(tid) ?? tid
  }

  see(event: WitnessEvent): void {
    switch (event.name) {
      case 'sched_process_fork':
        this.fork(event.tid, event.about, this.told.threadForks.has(event))
        return
      case 'sched_process_exec':
        if (event.oldPid !== event.about) {
          this.renumbered.add(event.oldPid).add(event.about)
          this.group(event.about).isKnown = false
        }
        return
      case 'sched_process_exit':
        this.exit(event, event.groupDead)
        return
      case 'sched_process_free':
        this.free(event)
        return
      case 'sched_process_wait':
        return
      case 'signal_generate':
        this.generate(event)
        return
      case 'signal_deliver':
        this.deliver(event)
        return
      default:
    }
  }

  finish(): void {
    if (!this.told.settled) return
    for (const [tid, event] of this.exited) {
      if (this.renumbered.has(tid)) continue
      this.find(event, undefined, {
        seen: `${event.text}, and nothing after it says that ${tid} is gone`,
        allowed: `sched_process_free of ${tid}`,
        because: 'the recording waited for the last of all that died',
        source: 'kernel/exit.c delayed_put_task_struct()',
      })
    }
  }

  private group(tid: number): Group {
    const known = this.groupOf.get(tid)
    if (known !== undefined) return known
    const isKnown = !this.told.before.has(tid)
    const group: Group = { live: new Set([tid]), saidDead: undefined, pending: new Map(), isKnown }
    this.groupOf.set(tid, group)
    return group
  }

  private fork(maker: number, child: number, isThread: boolean): void {
    this.groupOf.delete(child)
    this.pending.delete(child)
    this.exited.delete(child)
    if (!isThread) {
      this.leaders.delete(child)
      this.group(child)
      return
    }
    this.leaders.set(child, this.processOf(maker))
    const group = this.group(maker)
    group.live.add(child)
    this.groupOf.set(child, group)
  }

  private exit(event: WitnessEvent, groupDead: boolean | undefined): void {
    const group = this.group(event.tid)
    this.exited.set(event.tid, event)
    group.live.delete(event.tid)
    const source = 'kernel/exit.c do_exit()'
    if (groupDead === true && group.saidDead !== undefined)
      this.find(event, group.saidDead, {
        allowed: 'group_dead=false',
        because: 'the process had its last exit',
        source,
      })
    if (groupDead === true) group.saidDead = event
    const mustBeLast = group.live.size === 0 && group.isKnown && !this.told.hasWorkers && groupDead !== undefined
    if (mustBeLast && group.saidDead === undefined)
      this.find(event, undefined, {
        allowed: 'group_dead=true',
        because: 'no other thread of the process is left, and none said that it was the last',
        source,
      })
  }

  private free(event: WitnessEvent): void {
    const { about } = event
    const isOther = this.renumbered.has(about)
    const source = 'kernel/exit.c release_task()'
    if (!this.exited.delete(about) && !isOther)
      this.find(event, undefined, {
        allowed: `${about} is there`,
        because: 'nothing before it says that the thread has exited, or it is gone already',
        source,
      })
    const waits = this.awaited.get(about)
    if (waits === undefined || isOther) return
    const wait = waits.find(({ line }) => line > event.line)
    if (wait !== undefined && waits.length === 1)
      this.find(event, wait, { allowed: `${about} is a zombie`, because: 'nobody has waited for it yet', source })
  }

  private generate(event: WitnessEvent & { name: 'signal_generate' }): void {
    const { about, signal, forProcess, result } = event
    const group = this.group(about)
    const pending = forProcess ? group.pending : this.own(about)
    const count = pending.get(signal) ?? 0
    if (result === GENERATED.alreadyPending && count === 0 && group.isKnown)
      this.find(event, undefined, {
        allowed: `${signalName(signal)} is queued, or ignored`,
        because: 'none before it is pending',
        source: 'kernel/signal.c legacy_queue()',
      })
    // One that a thread has taken, but not out of the stop in which strace is shown it, is no more pending.
    if (result === GENERATED.queued || result === GENERATED.withoutInfo) pending.set(signal, count + 1)
  }

  private own(tid: number): Map<number, number> {
    const known = this.pending.get(tid)
    if (known !== undefined) return known
    const pending = new Map<number, number>()
    this.pending.set(tid, pending)
    return pending
  }

  /** The end of its process reaches a thread as SIGKILL, which nobody has generated for it. */
  private deliver(event: WitnessEvent & { name: 'signal_deliver' }): void {
    const { tid, signal } = event
    if (signal === SIGKILL) return
    const group = this.group(tid)
    for (const pending of [this.own(tid), group.pending]) {
      const count = pending.get(signal) ?? 0
      if (count === 0) continue
      pending.set(signal, count - 1)
      return
    }
    if (group.isKnown)
      this.find(event, undefined, {
        allowed: `${signalName(signal)} is not pending`,
        because: 'nothing before it says that it was generated, or it was taken already',
        source: 'kernel/signal.c dequeue_signal()',
      })
  }

  private find(
    event: WitnessEvent,
    other: WitnessEvent | undefined,
    { because, ...rest }: Pick<Finding, 'allowed' | 'because' | 'source'> & { seen?: string },
  ): void {
    this.findings.push({
      tid: event.name === 'sched_process_free' || event.name === 'signal_generate' ? event.about : event.tid,
      line: undefined,
      event,
      because: other === undefined ? because : `${because}: line ${other.line} of the witness, ${other.text}`,
      rule: 'traces/witness/consistency.ts',
      ...rest,
    })
  }
}
