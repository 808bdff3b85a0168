import { expect, test } from 'vitest'
import { linux } from '../model/linux.ts'
import { flagSet, type SemOp } from '../model/params.ts'
import { FIRST_STEP, type Argument, type Program, type Step } from '../model/program.ts'
import { SIGKILL } from '../model/signals.ts'
import { SEMVMX } from '../model/state/ipc.ts'
import { compare } from './differences.ts'
import type { Fault } from './fault.ts'
import { exitSemSkipped } from './faults/exit-sem-skipped.ts'
import { execAppliesSemadj } from './faults/exec-applies-semadj.ts'
import { exitEmptiesMessageQueues } from './faults/exit-empties-message-queues.ts'
import { exitKeepsAttaches } from './faults/exit-keeps-attaches.ts'
import { exitRemovesMessageQueues } from './faults/exit-removes-message-queues.ts'
import { killedSemopsStayQueued } from './faults/killed-semops-stay-queued.ts'
import { markedSegmentsStay } from './faults/marked-segments-stay.ts'
import { messageNotHandedOver } from './faults/message-not-handed-over.ts'
import { messagesOverfillTheirQueue } from './faults/messages-overfill-their-queue.ts'
import { nattchCountsProcesses } from './faults/nattch-counts-processes.ts'
import { nattchNotRaisedByFork } from './faults/nattch-not-raised-by-fork.ts'
import { receiversServedOutOfOrder } from './faults/receivers-served-out-of-order.ts'
import { rmidDestroysAttachedSegments } from './faults/rmid-destroys-attached-segments.ts'
import { rmidKeepsTheKey } from './faults/rmid-keeps-the-key.ts'
import { rmidKeepsUndoEntries } from './faults/rmid-keeps-undo-entries.ts'
import { rmidLeavesReceiversAsleep } from './faults/rmid-leaves-receivers-asleep.ts'
import { rmidLeavesSemopsAsleep } from './faults/rmid-leaves-semops-asleep.ts'
import { semadjWithoutRange } from './faults/semadj-without-range.ts'
import { semopAppliedInPart } from './faults/semop-applied-in-part.ts'
import { semopsServedOutOfOrder } from './faults/semops-served-out-of-order.ts'
import { setvalKeepsSemadj } from './faults/setval-keeps-semadj.ts'
import { undoAppliedPerThread } from './faults/undo-applied-per-thread.ts'
import { undoAppliedTwice } from './faults/undo-applied-twice.ts'
import { undoBeforeDetach } from './faults/undo-before-detach.ts'
import { undoCopiedByFork } from './faults/undo-copied-by-fork.ts'
import { undoInWrongOrder } from './faults/undo-in-wrong-order.ts'
import { undoInheritedByFork } from './faults/undo-inherited-by-fork.ts'
import { undoListKeepsFirstUseOrder } from './faults/undo-list-keeps-first-use-order.ts'
import { undoNotClampedAtSemvmx } from './faults/undo-not-clamped-at-semvmx.ts'
import { undoNotClampedAtZero } from './faults/undo-not-clamped-at-zero.ts'
import { undoWakesNobody } from './faults/undo-wakes-nobody.ts'
import { upToTakesTheFirst } from './faults/up-to-takes-the-first.ts'
import { Checks, hold } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'

/** How far the kernel gets before the next call: until all rest; */
const WHEN_ALL_REST = { choice: 0, pace: -1 }
/** to the end of the call, while others stand still; */
const AT_ONCE = { choice: 16, pace: 2 }
/** through an exit as far as the undo of one set. */
const SEMADJ_OF_ONE_SET = { choice: 0, pace: 5 }

/** A program in the making: each call gives the handle of what it makes. */
class Calls {
  readonly steps: Step[] = []

  call(by: number, call: string, args: Record<string, Argument>, when = WHEN_ALL_REST): number {
    const id = this.steps.length + 1
    this.steps.push({ id, by, call, args, ...when })
    return id
  }

  fork(by = P0): number {
    return this.call(by, 'fork', {})
  }

  sharing(by = P0): number {
    return this.call(by, 'clone', { child_stack: 0, flags: flagSet('CLONE_SYSVSEM', 'SIGCHLD') })
  }

  exit(by: number): void {
    this.call(by, 'exit_group', { status: 0 })
  }

  kill(pid: number): void {
    this.call(P0, 'kill', { pid: { made: pid }, sig: SIGKILL })
  }

  segment(key = 0): number {
    return this.call(P0, 'shmget', { key, size: 4096, flags: flagSet('IPC_CREAT') })
  }

  attach(by: number, id: number): number {
    return this.call(by, 'shmat', { id: { made: id }, address: 0, flags: flagSet() })
  }

  control(call: 'shm' | 'msg', command: string, id: number): void {
    this.call(P0, `${call}ctl(${command})`, { id: { made: id }, command })
  }

  set(...values: number[]): number {
    const made = this.call(P0, 'semget', { key: 0, nsems: values.length, flags: flagSet() })
    for (const [num, value] of values.entries()) this.setval(made, value, num)
    return made
  }

  setval(id: number, value: number, num = 0): void {
    this.call(P0, 'semctl(SETVAL)', { id: { made: id }, num, command: 'SETVAL', value })
  }

  getval(id: number, when = WHEN_ALL_REST): void {
    this.call(P0, 'semctl(GETVAL)', { id: { made: id }, num: 0, command: 'GETVAL' }, when)
  }

  removeSet(id: number): void {
    this.call(P0, 'semctl(IPC_RMID)', { id: { made: id }, num: 0, command: 'IPC_RMID' })
  }

  semop(by: number, id: number, ...ops: SemOp[]): void {
    this.call(by, 'semop', { id: { made: id }, ops })
  }

  queue(): number {
    return this.call(P0, 'msgget', { key: 0, flags: flagSet() })
  }

  send(by: number, id: number, mtype: number, size = 1): void {
    this.call(by, 'msgsnd', { id: { made: id }, message: { mtype }, size, flags: flagSet() })
  }

  receive(by: number, id: number, type = 0): void {
    this.call(by, 'msgrcv', { id: { made: id }, size: 8192, type, flags: flagSet() })
  }
}

const P0 = FIRST_STEP

const plain = (op: number, num = 0): SemOp => ({ num, op, undo: false, nowait: false })
const undone = (op: number, num = 0): SemOp => ({ num, op, undo: true, nowait: false })

const ATTACH_TWICE_AND_FORK = (c: Calls) => {
  const id = c.segment()
  c.attach(P0, id)
  c.attach(P0, id)
  c.exit(c.fork())
}

const DIE_WITH_SEMADJ = (c: Calls) => {
  const id = c.set(5)
  const child = c.fork()
  c.semop(child, id, undone(-1))
  c.exit(child)
}

const TWO_SETS = (c: Calls) => {
  const [a, b] = [c.set(5), c.set(5)]
  const child = c.fork()
  c.semop(child, a, undone(-1))
  c.semop(child, b, undone(-1))
  c.exit(child)
}

const SLEEPERS = (c: Calls) => {
  const id = c.set(0)
  const [first, second] = [c.fork(), c.fork()]
  c.semop(first, id, plain(-1))
  c.semop(second, id, plain(-1))
  c.semop(P0, id, plain(1))
}

const RECEIVERS = (c: Calls) => {
  const id = c.queue()
  const [first, second] = [c.fork(), c.fork()]
  c.receive(first, id)
  c.receive(second, id)
  c.send(P0, id, 1)
}

const FORK_WITH_SEMADJ = (c: Calls) => {
  const id = c.set(5)
  c.semop(P0, id, undone(-1))
  c.exit(c.fork())
}

const SEND_AND_DIE = (c: Calls) => {
  const id = c.queue()
  const child = c.fork()
  c.send(child, id, 1)
  c.exit(child)
}

/** For each mistake a program of which the judges say that no Linux runs it so. */
const JUDGED: readonly (readonly [Fault, (calls: Calls) => void])[] = [
  [exitSemSkipped, DIE_WITH_SEMADJ],
  [undoAppliedTwice, DIE_WITH_SEMADJ],
  [
    undoNotClampedAtZero,
    (c) => {
      const id = c.set(0)
      const child = c.fork()
      c.semop(child, id, undone(3))
      c.semop(P0, id, plain(-2))
      c.exit(child)
    },
  ],
  [
    undoNotClampedAtSemvmx,
    (c) => {
      const id = c.set(10)
      const child = c.fork()
      c.semop(child, id, undone(-5))
      c.semop(P0, id, plain(SEMVMX - 5))
      c.exit(child)
    },
  ],
  [
    undoAppliedPerThread,
    (c) => {
      const id = c.set(5)
      c.semop(P0, id, undone(-1))
      c.exit(c.sharing())
    },
  ],
  [undoInheritedByFork, FORK_WITH_SEMADJ],
  [undoCopiedByFork, FORK_WITH_SEMADJ],
  [
    setvalKeepsSemadj,
    (c) => {
      const id = c.set(5)
      c.semop(P0, id, undone(-1))
      c.setval(id, 7)
    },
  ],
  [undoInWrongOrder, TWO_SETS],
  [undoBeforeDetach, DIE_WITH_SEMADJ],
  [exitKeepsAttaches, ATTACH_TWICE_AND_FORK],
  [nattchCountsProcesses, ATTACH_TWICE_AND_FORK],
  [nattchNotRaisedByFork, ATTACH_TWICE_AND_FORK],
  [
    rmidDestroysAttachedSegments,
    (c) => {
      const id = c.segment()
      c.attach(P0, id)
      c.control('shm', 'IPC_RMID', id)
    },
  ],
  [
    markedSegmentsStay,
    (c) => {
      const id = c.segment()
      const at = c.attach(P0, id)
      c.control('shm', 'IPC_RMID', id)
      c.call(P0, 'shmdt', { address: { made: at } })
    },
  ],
  [
    rmidKeepsTheKey,
    (c) => {
      const id = c.segment(1)
      c.attach(P0, id)
      c.control('shm', 'IPC_RMID', id)
    },
  ],
  [
    rmidLeavesSemopsAsleep,
    (c) => {
      const id = c.set(0)
      c.semop(c.fork(), id, plain(-1))
      c.removeSet(id)
    },
  ],
  [
    rmidLeavesReceiversAsleep,
    (c) => {
      const id = c.queue()
      c.receive(c.fork(), id)
      c.control('msg', 'IPC_RMID', id)
    },
  ],
  [
    rmidKeepsUndoEntries,
    (c) => {
      const id = c.set(1)
      c.semop(P0, id, undone(-1))
      c.removeSet(id)
    },
  ],
  [
    execAppliesSemadj,
    (c) => {
      const id = c.set(1)
      c.semop(P0, id, undone(-1))
      c.call(P0, 'execve', { filename: '/bin/true' })
    },
  ],
  [exitEmptiesMessageQueues, SEND_AND_DIE],
  [exitRemovesMessageQueues, SEND_AND_DIE],
  [
    semopAppliedInPart,
    (c) => {
      const id = c.set(1, 0)
      c.semop(c.fork(), id, plain(-1), plain(-1, 1))
    },
  ],
  [semopsServedOutOfOrder, SLEEPERS],
  [
    undoWakesNobody,
    (c) => {
      const id = c.set(1)
      const [holder, waiter] = [c.fork(), c.fork()]
      c.semop(holder, id, undone(-1))
      c.semop(waiter, id, plain(-1))
      c.exit(holder)
    },
  ],
  [
    killedSemopsStayQueued,
    (c) => {
      const id = c.set(0)
      const child = c.fork()
      c.semop(child, id, plain(-1))
      c.kill(child)
    },
  ],
  [
    semadjWithoutRange,
    (c) => {
      const id = c.set(0)
      c.semop(P0, id, undone(SEMVMX))
      c.setval(c.set(0), 0)
      c.semop(P0, id, plain(-SEMVMX))
      c.semop(P0, id, undone(SEMVMX))
    },
  ],
  [
    messagesOverfillTheirQueue,
    (c) => {
      const id = c.queue()
      c.send(P0, id, 1, 8192)
      c.send(P0, id, 1, 100)
      c.send(P0, id, 1, 8192)
    },
  ],
  [messageNotHandedOver, RECEIVERS],
  [receiversServedOutOfOrder, RECEIVERS],
]

/** Mistakes of which no invariant speaks: only Linux's own rules show that no order of events gives such results. */
const COMPARED: readonly (readonly [Fault, (calls: Calls) => void])[] = [
  [
    undoListKeepsFirstUseOrder,
    (c) => {
      const [a, b] = [c.set(0), c.set(0)]
      const child = c.fork()
      for (const id of [a, b, a]) c.semop(child, id, undone(1))
      c.call(child, 'exit_group', { status: 0 }, SEMADJ_OF_ONE_SET)
      for (const id of [b, a]) c.getval(id, AT_ONCE)
    },
  ],
  [
    upToTakesTheFirst,
    (c) => {
      const id = c.queue()
      c.send(P0, id, 2)
      c.send(P0, id, 1)
      c.receive(P0, id, -2)
      c.receive(P0, id)
    },
  ],
]

function program(write: (calls: Calls) => void): Program {
  const calls = new Calls()
  write(calls)
  return { steps: calls.steps }
}

const checks = new Checks(linux, invariants, stepProperties)

test.each(JUDGED)('$name: a program shows it', (fault, write) => {
  const steps = program(write)
  expect(hold(linux, checks, steps).violation).toBeNull()
  const { violation } = hold(fault.apply(linux), checks, steps)
  expect(fault.breaks).toContain(violation?.name)
})

test.each(COMPARED)('$name: Linux does not show the results', (fault, write) => {
  const steps = program(write)
  const right = hold(linux, checks, steps, true)
  expect(right.violation).toBeNull()
  expect(compare(linux, right.run).verdict).toBe('allowed')
  const wrong = hold(fault.apply(linux), checks, steps, true)
  expect(wrong.violation).toBeNull()
  expect(compare(linux, wrong.run).verdict).toBe('different')
})
