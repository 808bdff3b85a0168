import { flagSet } from '../../model/params.ts'
import { FIRST_STEP } from '../../model/program.ts'
import { SIGTERM, SIGUSR1 } from '../../model/signals.ts'
import { AT_ONCE, clone, fork, minds, READ_WRITE, SEMVMX, thing, thread, type Made, type Scene } from './stage.ts'

/** A semaphore set near an end of its range, with undo entries of several processes. */
export const undo: Scene = {
  subjects: ['semaphores'],
  set(stage) {
    const { dice } = stage
    const set = stage.act(FIRST_STEP, 'semget', { key: 0, nsems: 2, flags: flagSet('IPC_CREAT') })
    const value = dice.pick([0, 1, 2, SEMVMX, SEMVMX])
    if (value > 0) stage.act(FIRST_STEP, 'semctl(SETVAL)', { id: thing(set), num: 0, value })
    const step = value > 2 ? -1 : 1
    const op = (by: Made, change: number, adjusts: boolean) =>
      stage.act(by, 'semop', { id: thing(set), ops: [{ num: 0, op: change, undo: adjusts, nowait: false }] })
    const child = fork(stage)
    op(child, step, true)
    const beside = dice.percent(50) ? undefined : dice.percent(70) ? thread(stage, child) : clone(stage, child)
    if (dice.percent(40)) op(beside ?? FIRST_STEP, dice.pick([step, -step]), dice.percent(60))
    if (dice.percent(40)) op(FIRST_STEP, -step, dice.percent(40))
    if (dice.percent(40)) {
      const other = stage.act(FIRST_STEP, 'semget', { key: 0, nsems: 1, flags: flagSet('IPC_CREAT') })
      stage.act(child, 'semop', { id: thing(other), ops: [{ num: 0, op: 1, undo: true, nowait: false }] })
      if (dice.percent(50)) op(child, step, true)
    }
  },
}

/** A semadj that has come to the end of its range. */
export const undoAtItsEnd: Scene = {
  subjects: ['semaphores'],
  set(stage) {
    const { dice } = stage
    const set = stage.act(FIRST_STEP, 'semget', { key: 0, nsems: 1, flags: flagSet('IPC_CREAT') })
    const op = (by: Made, change: number, adjusts: boolean) =>
      stage.act(by, 'semop', { id: thing(set), ops: [{ num: 0, op: change, undo: adjusts, nowait: false }] })
    const user = dice.percent(50) ? fork(stage) : FIRST_STEP
    const sign = dice.pick([1, -1])
    if (sign < 0) op(FIRST_STEP, SEMVMX, false)
    op(user, sign * SEMVMX, true)
    op(FIRST_STEP, -sign * dice.pick([1, 2, SEMVMX]), false)
    if (dice.percent(50)) op(user, sign * dice.pick([1, 2]), true)
  },
}

/** Processes asleep on a semaphore set that others may serve, change, remove, or leave with an undo. */
export const semaphoreSleepers: Scene = {
  subjects: ['semaphores', 'signals'],
  set(stage) {
    const { dice } = stage
    const set = stage.act(FIRST_STEP, 'semget', { key: 0, nsems: 2, flags: flagSet('IPC_CREAT') })
    const op = (by: Made, undo: boolean, ...changes: number[]) =>
      stage.act(by, 'semop', {
        id: thing(set),
        ops: changes.map((change, num) => ({ num, op: change, undo, nowait: false })),
      })
    const child = fork(stage)
    const second = dice.percent(70) ? fork(stage) : undefined
    if (dice.percent(60)) stage.act(FIRST_STEP, 'semctl(SETVAL)', { id: thing(set), num: 0, value: 1 })
    op(dice.pick([FIRST_STEP, second]), dice.percent(70), dice.pick([-1, 1]))
    const wanted = dice.pick([-1, -1, -2, 0])
    op(child, dice.percent(40), wanted, ...(dice.percent(30) ? [-1] : []))
    op(second, dice.percent(40), dice.percent(60) ? wanted : dice.pick([-1, -2, 0]))
  },
}

/** A System V queue with messages, and receivers or senders asleep on it. */
export const messages: Scene = {
  subjects: ['messages', 'signals'],
  set(stage) {
    const { dice } = stage
    const queue = stage.act(FIRST_STEP, 'msgget', { key: 0, flags: flagSet('IPC_CREAT') })
    const child = fork(stage)
    const second = dice.percent(60) ? fork(stage) : undefined
    const send = (by: Made) =>
      stage.act(by, 'msgsnd', { id: thing(queue), message: { mtype: dice.pick([1, 2]) }, size: dice.pick([1, 100]) })
    const type = dice.pick([0, 0, 1, 2, -2])
    const receive = (by: Made) => stage.act(by, 'msgrcv', { id: thing(queue), size: 100, type, flags: flagSet() })
    if (dice.percent(30)) stage.act(FIRST_STEP, 'msgctl(IPC_SET)', { id: thing(queue), buf: dice.pick([1, 100]) })
    if (dice.percent(50)) {
      receive(child)
      receive(second)
    } else {
      send(child)
      send(FIRST_STEP)
      if (dice.percent(40)) send(FIRST_STEP)
    }
  },
}

/** A small POSIX queue: full, empty with sleepers, or with a registration. */
export const queue: Scene = {
  subjects: ['POSIX queues', 'signals'],
  set(stage) {
    const { dice } = stage
    const maxMessages = dice.pick([1, 2, 2, 10])
    const queue = stage.act(FIRST_STEP, 'mq_open', {
      name: '/q',
      oflag: READ_WRITE,
      attr: { maxMessages, maxSize: 8, nonblock: false },
    })
    const child = fork(stage)
    const second = dice.percent(50) ? fork(stage) : undefined
    const mqd = thing(queue)
    const send = (by: Made, text = 'a') =>
      stage.act(by, 'mq_timedsend', { mqd, text, size: text.length, priority: dice.pick([0, 0, 1]), deadline: null })
    const receive = (by: Made) => stage.act(by, 'mq_timedreceive', { mqd, size: 8, deadline: null })
    if (dice.percent(50)) stage.act(dice.pick([FIRST_STEP, child]), 'mq_notify', { mqd })
    if (dice.percent(50)) {
      receive(child)
      receive(second)
    } else {
      send(FIRST_STEP)
      if (dice.percent(70)) send(child, 'abc')
      if (dice.percent(50)) send(second)
    }
    if (dice.percent(30)) minds(stage, child, SIGUSR1, SIGTERM)
  },
}

/** A segment attached more than once, inherited, or marked for destruction. */
export const segment: Scene = {
  subjects: ['shared memory', 'memory'],
  set(stage) {
    const { dice } = stage
    const id = stage.act(FIRST_STEP, 'shmget', { key: dice.pick([0, 1]), size: 4096, flags: flagSet('IPC_CREAT') })
    const attach = (by: Made) => stage.act(by, 'shmat', { id: thing(id), address: 0, flags: flagSet() })
    attach(FIRST_STEP)
    const child = dice.percent(20) ? stage.act(FIRST_STEP, 'vfork') : fork(stage)
    if (dice.percent(50)) attach(child)
    if (dice.percent(40)) stage.act(child, 'shmctl(IPC_RMID)', { id: thing(id) })
  },
}

/** A process with undo entries in two sets is caught in the midst of its exit: somebody waits for one set, or looks at both. */
export const amidUndo: Scene = {
  subjects: ['semaphores'],
  hurries: true,
  set(stage) {
    const { dice } = stage
    const make = () => stage.act(FIRST_STEP, 'semget', { key: 0, nsems: 1, flags: flagSet('IPC_CREAT') })
    const op = (by: Made, set: Made, change: number, undo: boolean) =>
      stage.act(by, 'semop', { id: thing(set), ops: [{ num: 0, op: change, undo, nowait: false }] })
    const [one, other] = [make(), make()]
    const user = fork(stage)
    op(user, one, 1, true)
    op(user, other, 1, true)
    if (dice.percent(50)) op(user, one, 1, true)
    const looks = dice.percent(50)
    if (!looks) op(dice.percent(50) ? fork(stage) : FIRST_STEP, dice.pick([one, other]), 0, false)
    stage.act(user, 'exit_group', {}, { choice: 0, pace: 4 + dice.below(6) })
    if (looks)
      for (const set of [other, one]) stage.act(FIRST_STEP, 'semctl(GETVAL)', { id: thing(set), num: 0 }, AT_ONCE)
  },
}

/** Two processes sleep for the same on one object: whoever came first is to be served first. */
export const equals: Scene = {
  subjects: ['semaphores', 'messages'],
  set(stage) {
    const { dice } = stage
    const sleepers = [fork(stage), fork(stage)]
    if (dice.percent(50)) {
      const id = thing(stage.act(FIRST_STEP, 'semget', { key: 0, nsems: 1, flags: flagSet('IPC_CREAT') }))
      const ops = [{ num: 0, op: -1, undo: false, nowait: false }]
      for (const by of sleepers) stage.act(by, 'semop', { id, ops })
    } else {
      const id = thing(stage.act(FIRST_STEP, 'msgget', { key: 0, flags: flagSet('IPC_CREAT') }))
      const type = dice.pick([0, 1, -2])
      for (const by of sleepers) stage.act(by, 'msgrcv', { id, size: 100, type, flags: flagSet() })
    }
  },
}

/** Messages of several types in a queue, the higher first. */
export const types: Scene = {
  subjects: ['messages'],
  set(stage) {
    const id = thing(stage.act(FIRST_STEP, 'msgget', { key: 0, flags: flagSet('IPC_CREAT') }))
    for (const mtype of [2, 1]) stage.act(FIRST_STEP, 'msgsnd', { id, message: { mtype }, size: 1, flags: flagSet() })
    const flags = stage.dice.percent(30) ? flagSet('IPC_NOWAIT') : flagSet()
    if (stage.dice.percent(50))
      stage.act(fork(stage), 'msgrcv', { id, size: 100, type: stage.dice.pick([-2, 1]), flags })
  },
}

/** A queue without a name, or with a registration whose owner has gone without closing anything. */
export const leftQueue: Scene = {
  subjects: ['POSIX queues'],
  set(stage) {
    const { dice } = stage
    const queue = stage.act(FIRST_STEP, 'mq_open', {
      name: '/q',
      oflag: READ_WRITE,
      attr: { maxMessages: 1, maxSize: 8, nonblock: false },
    })
    const mqd = thing(queue)
    const sharing = dice.percent(60)
    const beside = sharing ? stage.act(FIRST_STEP, 'clone', SHARING_FILES) : fork(stage)
    const event = { notify: 'SIGEV_SIGNAL', signal: SIGUSR1 }
    stage.act(beside, 'mq_notify', { mqd, event })
    minds(stage, beside, SIGUSR1)
    if (dice.percent(30)) stage.act(FIRST_STEP, 'mq_open', { name: '/q', oflag: READ_WRITE, attr: null })
    if (dice.percent(50)) stage.act(FIRST_STEP, 'mq_unlink', { name: '/q' })
    if (!sharing || dice.percent(40)) return
    stage.act(beside, 'exit_group')
    if (dice.percent(50)) return
    stage.act(FIRST_STEP, 'close', { fd: mqd })
    if (dice.percent(50)) stage.act(FIRST_STEP, 'mq_unlink', { name: '/q' })
    else stage.act(FIRST_STEP, 'mq_open', { name: '/q', oflag: READ_WRITE, attr: null })
  },
}

const SHARING_FILES = { child_stack: 0, flags: flagSet('CLONE_FILES', 'SIGCHLD') }
