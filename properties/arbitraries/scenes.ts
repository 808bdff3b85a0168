import { flagSet } from '../../model/params.ts'
import { FIRST_STEP, type Argument } from '../../model/program.ts'
import {
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGKILL,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGUSR1,
} from '../../model/signals.ts'
import { setOfSignals } from '../../model/state/signal-set.ts'
import {
  clone,
  fork,
  HURRIED,
  minds,
  openFile,
  READ_WRITE,
  SEMVMX,
  signal,
  thing,
  thread,
  type Made,
  type Scene,
} from './stage.ts'

/** Some byte ranges, so that owners meet and pass each other. */
const lockOf = (type: string, start: number, length: number): Argument => ({ type, whence: 'SEEK_SET', start, length })

/** Owners of locks on parts of one file, by their own opens or one that they share; some wait already. */
const owners: Scene = {
  subjects: ['locks', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const kind = dice.pick(['fcntl(F_SETLK)', 'fcntl(F_SETLK)', 'fcntl(F_OFD_SETLK)'])
    const common = dice.percent(40) ? openFile(stage, FIRST_STEP) : undefined
    const who: Made[] = [FIRST_STEP, fork(stage)]
    if (dice.percent(35)) who.push(fork(stage))
    const types = dice.pick([['F_WRLCK'], ['F_WRLCK', 'F_RDLCK'], ['F_RDLCK']])
    const fds = who.map((by) => (common !== undefined && dice.percent(60) ? common : openFile(stage, by)))
    who.forEach((by, i) => {
      if (dice.percent(85)) stage.act(by, kind, { fd: thing(fds[i]), lock: lockOf(dice.pick(types), i, 1) })
    })
    const asked = dice.below(who.length)
    const waiter = (asked + 1) % who.length
    if (dice.percent(70))
      stage.act(who[waiter], kind.replace('LK', 'LKW'), {
        fd: thing(fds[waiter]),
        lock: lockOf('F_WRLCK', asked, dice.pick([1, 0])),
      })
    if (dice.percent(40)) stage.act(dice.pick(who), 'open', { pathname: 'f', flags: flagSet('O_RDONLY') })
  },
}

/** Threads with one descriptor table, and a process beside them that holds what one of them waits for. */
const ownersWithThreads: Scene = {
  subjects: ['locks', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const own = openFile(stage, FIRST_STEP)
    const rival = fork(stage)
    const beside = thread(stage)
    const lock = lockOf('F_WRLCK', 0, 1)
    const held = dice.percent(50) ? own : openFile(stage, rival)
    stage.act(rival, 'fcntl(F_SETLK)', { fd: thing(held), lock })
    const waits = dice.pick([FIRST_STEP, beside])
    stage.act(waits, 'fcntl(F_SETLKW)', { fd: thing(own), lock })
  },
}

/** Several open file descriptions of one file with flocks that live side by side, or do not. */
const flocks: Scene = {
  subjects: ['locks', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const first = openFile(stage, FIRST_STEP)
    const other = dice.percent(60) ? fork(stage) : FIRST_STEP
    const second = openFile(stage, other)
    const operation = () => flagSet(...dice.pick([['LOCK_SH'], ['LOCK_SH'], ['LOCK_SH'], ['LOCK_EX']] as const))
    stage.act(FIRST_STEP, 'flock', { fd: thing(first), operation: operation() })
    stage.act(other, 'flock', { fd: thing(second), operation: operation() })
    if (dice.percent(30)) thread(stage, other)
  },
}

/** Openers of a FIFO: one sleeps in open, or holds an end of it. */
const fifo: Scene = {
  subjects: ['descriptors', 'paths'],
  set(stage) {
    const { dice } = stage
    stage.act(FIRST_STEP, 'mknod', { pathname: 'p', mode: flagSet('S_IFIFO') })
    const who = [FIRST_STEP, fork(stage), ...(dice.percent(40) ? [fork(stage)] : [])]
    const open = (by: Made, ...flags: string[]) =>
      stage.act(by, 'open', { pathname: 'p', flags: flagSet(...flags) }, dice.percent(40) ? HURRIED : undefined)
    const both = dice.percent(30) ? open(who[0], 'O_RDWR') : undefined
    if (dice.percent(50)) stage.act(who[0], 'write', { fd: thing(both), buf: 'a', count: 1 })
    const first = dice.pick(['O_RDONLY', 'O_WRONLY'])
    open(who[1], first)
    if (dice.percent(30)) open(who[2], dice.pick(['O_RDONLY', 'O_WRONLY']))
    if (dice.percent(50)) open(who[0], first === 'O_RDONLY' ? 'O_WRONLY' : 'O_RDONLY')
  },
}

/** A pipe that several processes have open, with something in it or somebody asleep on it. */
const pipe: Scene = {
  subjects: ['descriptors', 'signals'],
  set(stage) {
    const { dice } = stage
    const ends = stage.act(FIRST_STEP, 'pipe')
    const child = fork(stage)
    if (dice.percent(40)) thread(stage, child)
    if (dice.percent(60)) stage.act(FIRST_STEP, 'close', { fd: thing(ends, dice.below(2)) })
    if (dice.percent(60)) stage.act(child, 'close', { fd: thing(ends, dice.below(2)) })
    if (dice.percent(40)) minds(stage, child, SIGTERM, SIGUSR1)
    stage.act(child, dice.pick(['read', 'write']), { fd: thing(ends, dice.below(2)) })
  },
}

/** A pair of sockets that two processes have open, with something unread at either end, or descriptors on their way. */
const sockets: Scene = {
  subjects: ['descriptors', 'signals'],
  set(stage) {
    const { dice } = stage
    const pair = stage.act(FIRST_STEP, 'socketpair')
    const ends = dice.percent(50) ? stage.act(FIRST_STEP, 'pipe') : undefined
    const child = fork(stage)
    const side = dice.below(2)
    if (dice.percent(70)) stage.act(FIRST_STEP, 'close', { fd: thing(pair, side) })
    if (dice.percent(70)) stage.act(child, 'close', { fd: thing(pair, 1 - side) })
    const right = ends === undefined ? null : thing(ends, 1)
    if (dice.percent(70)) stage.act(child, 'sendmsg', { fd: thing(pair, side), text: 'a', size: 1, rights: right })
    if (dice.percent(50)) stage.act(FIRST_STEP, 'write', { fd: thing(pair, 1 - side), buf: 'abc', count: 3 })
    if (dice.percent(30)) stage.act(FIRST_STEP, 'recvmsg', { fd: thing(pair, 1 - side), count: 16 })
    if (dice.percent(40)) signal(stage, FIRST_STEP, child, SIGKILL)
  },
}

/** Two processes with the same dispositions. */
const sharedHandlers: Scene = {
  subjects: ['signals', 'processes'],
  set(stage) {
    const flags = flagSet('CLONE_VM', 'CLONE_SIGHAND', 'SIGCHLD')
    const child = stage.act(FIRST_STEP, 'clone', { child_stack: 0, flags })
    minds(stage, stage.dice.pick([FIRST_STEP, child]), SIGTERM, SIGUSR1)
  },
}

/** A session with a controlling terminal: its leader, and groups in the foreground and behind. */
const session: Scene = {
  subjects: ['terminals', 'groups', 'signals', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const outside = dice.percent(40)
    const leader = outside ? FIRST_STEP : fork(stage)
    const before = dice.percent(50)
    const early = before ? stage.act(FIRST_STEP, 'openpty') : undefined
    const boss = outside ? fork(stage) : leader
    stage.act(boss, 'setsid')
    const pty = early ?? stage.act(boss, 'openpty')
    const slave = thing(pty, 1)
    stage.act(boss, 'ioctl(TIOCSCTTY)', { fd: slave, arg: 0 })
    if (before) stage.act(boss, 'close', { fd: thing(pty) })
    const job = fork(stage, boss)
    const second = dice.percent(50) ? fork(stage, dice.pick([boss, job])) : undefined
    if (dice.percent(70)) stage.act(dice.percent(50) ? boss : job, 'setpgid', { pid: thing(job), pgid: thing(job) })
    if (second !== undefined && dice.percent(60))
      stage.act(second, 'setpgid', { pid: 0, pgid: dice.percent(75) ? thing(job) : 0 })
    if (dice.percent(60)) minds(stage, dice.pick([boss, job, second]), SIGHUP, SIGHUP, SIGCONT, SIGTTIN, SIGTTOU)
    if (dice.percent(50)) stage.act(boss, 'ioctl(TIOCSPGRP)', { fd: slave, pgrp: thing(job) })
    if (dice.percent(25)) stage.act(outside ? fork(stage) : FIRST_STEP, 'setsid')
    if (dice.percent(25)) stage.act(dice.pick([boss, job, second]), 'read', { fd: slave, count: 1 })
    if (dice.percent(30)) signal(stage, boss, second ?? job, SIGSTOP, SIGTSTP)
  },
}

/** A session whose terminal is about to hang up: one process alone has the master. */
const hangup: Scene = {
  subjects: ['terminals', 'groups', 'signals'],
  set(stage) {
    const { dice } = stage
    const pty = stage.act(FIRST_STEP, 'openpty')
    const leader = fork(stage)
    stage.act(leader, 'close', { fd: thing(pty) })
    stage.act(leader, 'setsid')
    stage.act(leader, 'ioctl(TIOCSCTTY)', { fd: thing(pty, 1), arg: 0 })
    minds(stage, leader, SIGHUP)
    const job = fork(stage, leader)
    if (dice.percent(50)) minds(stage, job, SIGHUP, SIGCONT)
    if (dice.percent(60)) stage.act(job, 'setpgid', { pid: 0, pgid: 0 })
    if (dice.percent(50)) stage.act(leader, 'ioctl(TIOCSPGRP)', { fd: thing(pty, 1), pgrp: thing(job) })
    if (dice.percent(60)) stage.act(FIRST_STEP, 'close', { fd: thing(pty) })
  },
}

/** Three generations below one that adopts; some of the youngest are dead already. */
const adoption: Scene = {
  subjects: ['processes', 'waits', 'signals'],
  set(stage) {
    const { dice } = stage
    if (dice.percent(80)) stage.act(FIRST_STEP, 'prctl(PR_SET_CHILD_SUBREAPER)', { value: 1 })
    if (dice.percent(75)) minds(stage, FIRST_STEP, SIGCHLD)
    const parent = fork(stage)
    const child = fork(stage, parent)
    const second = dice.percent(50) ? fork(stage, parent) : undefined
    if (dice.percent(30)) minds(stage, parent, SIGCHLD, SIGTERM)
    if (dice.percent(30)) thread(stage, dice.pick([FIRST_STEP, parent]))
    if (dice.percent(25)) stage.act(child, 'prctl(PR_SET_PDEATHSIG)', { sig: dice.pick([SIGUSR1, SIGTERM]) })
    if (dice.percent(70)) stage.act(dice.pick([child, second]), dice.pick(['exit', 'exit_group']))
  },
}

/** Process groups that a death may orphan, with stopped members, some below a subreaper, some in sessions of their own. */
const orphans: Scene = {
  subjects: ['groups', 'processes', 'signals'],
  set(stage) {
    const { dice } = stage
    if (dice.percent(50)) stage.act(FIRST_STEP, 'prctl(PR_SET_CHILD_SUBREAPER)', { value: 1 })
    const parent = fork(stage)
    const apart = dice.percent(65)
    if (!apart) stage.act(parent, 'setpgid', { pid: 0, pgid: 0 })
    else if (dice.percent(60)) stage.act(parent, 'setsid')
    const child = fork(stage, parent)
    const second = dice.percent(70) ? fork(stage, parent) : undefined
    if (apart) stage.act(child, 'setpgid', { pid: 0, pgid: 0 })
    if (apart && dice.percent(75)) stage.act(second, 'setpgid', { pid: 0, pgid: thing(child) })
    for (const member of [child, second]) {
      if (dice.percent(30)) minds(stage, member, SIGHUP, SIGCONT)
      if (dice.percent(25)) stage.act(member, 'prctl(PR_SET_PDEATHSIG)', { sig: dice.pick([SIGCONT, SIGSTOP, SIGHUP]) })
    }
    if (dice.percent(15)) stage.act(child, 'execve')
    if (dice.percent(70)) signal(stage, FIRST_STEP, child, SIGSTOP)
    if (dice.percent(60)) signal(stage, FIRST_STEP, second, SIGSTOP)
  },
}

/** A process of several threads, its main thread perhaps gone, each with something to leave behind. */
const threads: Scene = {
  subjects: ['processes', 'waits', 'signals'],
  set(stage) {
    const { dice } = stage
    const main = dice.percent(70) ? fork(stage) : FIRST_STEP
    const others = [thread(stage, main), ...(dice.percent(40) ? [thread(stage, main)] : [])]
    const anyone = () => dice.pick([main, ...others])
    if (dice.percent(40)) fork(stage, anyone())
    if (dice.percent(30)) minds(stage, anyone(), SIGTERM, SIGUSR1)
    if (dice.percent(30)) stage.act(anyone(), dice.pick(['pause', 'rt_sigsuspend', 'vfork']))
    if (dice.percent(60)) stage.act(anyone(), 'exit')
    if (dice.percent(30)) stage.act(anyone(), 'exit')
  },
}

/** A semaphore set near an end of its range, with undo entries of several processes. */
const undo: Scene = {
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
const undoAtItsEnd: Scene = {
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
const semaphoreSleepers: Scene = {
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
const messages: Scene = {
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
const queue: Scene = {
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
    if (dice.percent(35)) stage.act(dice.pick([FIRST_STEP, child]), 'mq_notify', { mqd })
    if (dice.percent(40)) {
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

/** A file with something in it, mapped and written through the mapping, by one process or two. */
const fileMapping: Scene = {
  subjects: ['memory', 'paths'],
  set(stage) {
    const { dice } = stage
    const user = dice.percent(60) ? fork(stage) : FIRST_STEP
    const file = openFile(stage, user)
    stage.act(user, 'write', { fd: thing(file), buf: dice.pick(['abc', 'a'.repeat(4096)]), count: 3 })
    const mapping = stage.act(user, 'mmap', {
      addr: 0,
      length: 4096,
      prot: flagSet('PROT_READ', 'PROT_WRITE'),
      flags: flagSet(dice.pick(['MAP_SHARED', 'MAP_PRIVATE', 'MAP_PRIVATE'])),
      fd: thing(file),
      offset: 0,
    })
    if (dice.percent(40)) stage.act(user, 'close', { fd: thing(file) })
    if (dice.percent(40)) fork(stage, user)
    if (dice.percent(70)) stage.act(user, 'store', { addr: thing(mapping) })
  },
}

/** A segment attached more than once, inherited, or marked for destruction. */
const segment: Scene = {
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

/** A vfork child, which borrows its parent's memory, beside the thread that waits for it. */
const borrowed: Scene = {
  subjects: ['processes', 'signals', 'waits'],
  set(stage) {
    const { dice } = stage
    const parent = dice.percent(60) ? fork(stage) : FIRST_STEP
    if (dice.percent(30)) thread(stage, parent)
    if (dice.percent(40)) minds(stage, parent, SIGCHLD, SIGTERM)
    const child = stage.act(parent, 'vfork')
    if (dice.percent(40)) openFile(stage, child)
    if (dice.percent(30)) signal(stage, FIRST_STEP, parent, SIGKILL, SIGSTOP, SIGTERM, SIGUSR1)
  },
}

/** Signals on their way to somebody who has blocked them or handles them. */
const pending: Scene = {
  subjects: ['signals'],
  set(stage) {
    const { dice } = stage
    const child = dice.percent(70) ? fork(stage) : FIRST_STEP
    if (dice.percent(30)) thread(stage, child)
    const some = dice.pick([
      [SIGTSTP, SIGCONT],
      [SIGTSTP, SIGTTIN],
      [SIGTERM, SIGHUP],
      [SIGUSR1, SIGCHLD],
    ])
    minds(stage, child, ...some)
    stage.act(child, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: setOfSignals(dice.pick(some)) })
    signal(stage, FIRST_STEP, child, ...some)
  },
}

/** One descriptor table of two processes or threads, with several open. */
const sharedTable: Scene = {
  subjects: ['descriptors'],
  set(stage) {
    const { dice } = stage
    openFile(stage, FIRST_STEP)
    stage.act(FIRST_STEP, dice.pick(['pipe', 'dup', 'open']))
    const beside = dice.percent(50)
      ? thread(stage)
      : stage.act(FIRST_STEP, 'clone', { child_stack: 0, flags: flagSet('CLONE_FILES', 'SIGCHLD') })
    if (dice.percent(60)) stage.act(beside, 'close_range', { last: 0xffff_ffff })
    if (dice.percent(40)) fork(stage, beside)
  },
}

/** Children of one parent, in several groups; one may run a new program, another be dead. */
const children: Scene = {
  subjects: ['groups', 'waits', 'signals'],
  set(stage) {
    const { dice } = stage
    const first = fork(stage)
    const second = fork(stage)
    if (dice.percent(60)) stage.act(first, 'execve')
    if (dice.percent(60)) stage.act(FIRST_STEP, 'setpgid', { pid: thing(second), pgid: thing(second) })
    if (dice.percent(30)) signal(stage, FIRST_STEP, dice.pick([first, second]), SIGSTOP, SIGCONT)
    if (dice.percent(30)) stage.act(second, 'exit_group')
  },
}

/** A process with undo entries in two sets is caught in the midst of its exit; somebody waits for one of them. */
const amidUndo: Scene = {
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
    op(dice.percent(50) ? fork(stage) : FIRST_STEP, dice.pick([one, other]), 0, false)
    stage.act(user, 'exit_group', {}, { choice: 0, pace: 4 + dice.below(6) })
  },
}

/** A process with locks on two files is caught in the midst of its exit; somebody waits for one of them. */
const amidRelease: Scene = {
  subjects: ['locks'],
  hurries: true,
  set(stage) {
    const { dice } = stage
    const one = dice.pick(['f', 'g'])
    const open = (by: Made, pathname: string) => stage.act(by, 'open', { pathname, flags: READ_WRITE })
    const user = fork(stage)
    const fds = [open(FIRST_STEP, 'f'), open(FIRST_STEP, 'g')]
    const own = [open(user, one), open(user, one === 'f' ? 'g' : 'f')]
    const flock = (by: Made, fd: Made) => stage.act(by, 'flock', { fd: thing(fd), operation: flagSet('LOCK_EX') })
    for (const fd of own) flock(user, fd)
    flock(FIRST_STEP, dice.pick(fds))
    stage.act(user, 'exit_group', {}, { choice: 0, pace: 8 + dice.below(8) })
  },
}

/** Somebody who slept in the open of a FIFO has been woken, and has not gone on yet. */
const amidOpen: Scene = {
  subjects: ['descriptors'],
  hurries: true,
  set(stage) {
    const { dice } = stage
    stage.act(FIRST_STEP, 'mknod', { pathname: 'p', mode: flagSet('S_IFIFO') })
    const sleeper = fork(stage)
    const ends = dice.percent(50) ? ['O_RDONLY', 'O_WRONLY'] : ['O_WRONLY', 'O_RDONLY']
    const open = (by: Made, end: string | undefined, timing?: typeof HURRIED) =>
      stage.act(by, 'open', { pathname: 'p', flags: flagSet(end!) }, timing)
    open(sleeper, ends[0])
    open(FIRST_STEP, ends[1], HURRIED)
  },
}

/** Every scene; one in so many of the programs that have any begins with it. */
export const SCENES: readonly Scene[] = [
  owners,
  ownersWithThreads,
  ownersWithThreads,
  flocks,
  fifo,
  amidOpen,
  pipe,
  sockets,
  sharedHandlers,
  session,
  session,
  hangup,
  adoption,
  orphans,
  orphans,
  threads,
  undo,
  undoAtItsEnd,
  semaphoreSleepers,
  messages,
  queue,
  fileMapping,
  segment,
  borrowed,
  pending,
  sharedTable,
  children,
  amidUndo,
  amidRelease,
]
