import { flagSet } from '../../model/params.ts'
import { FIRST_STEP } from '../../model/program.ts'
import { SIGHUP, SIGKILL, SIGRTMIN, SIGTTIN, SIGTTOU, SIGUSR1 } from '../../model/signals.ts'
import { ALL_SIGNALS, NO_SIGNALS } from '../../model/state/signal-set.ts'
import { promised } from './file-scenes.ts'
import { fork, minds, openFile, READ_WRITE, thing, thread, type Made, type Scene, type Stage } from './stage.ts'

/** A call is entered, and nothing else happens yet. */
const ENTERED = { choice: 0, pace: 0 }
/** The caller goes first, and those who are on the way then take the second of the ways that Linux allows. */
const OTHERWISE = { choice: 17, pace: -1 }

const limit = (stage: Stage, by: Made, resource: string, soft: number): Made =>
  stage.act(by, 'prlimit64', { pid: 0, resource, newLimit: { soft, hard: 1024 } })

/** A process that may have few descriptors, or none any more. */
const fewDescriptors: Scene = {
  subjects: ['descriptors', 'paths', 'terminals', 'POSIX queues', 'POSIX semaphores'],
  set(stage) {
    stage.act(FIRST_STEP, 'mq_open', { name: '/q', oflag: READ_WRITE, attr: null })
    for (let open = stage.dice.below(3); open > 0; open--) openFile(stage, FIRST_STEP)
    limit(stage, FIRST_STEP, 'RLIMIT_NOFILE', stage.dice.pick([0, 1, 2]))
    for (let tries = 3; tries > 0; tries--) stage.act(FIRST_STEP, stage.dice.pick(OPENERS))
  },
}

const OPENERS = [
  'dup', 'fcntl(F_DUPFD)', 'fcntl(F_DUPFD)', 'fcntl(F_DUPFD_CLOEXEC)', 'fcntl(F_DUPFD_CLOEXEC)', 'pipe', 'pipe2', 'open', 'openat', 'openpty', 'mq_open', 'sem_open',
] // prettier-ignore

/** Signals for somebody who may have few of them queued, or none. */
const fewSignals: Scene = {
  subjects: ['signals', 'limits'],
  set(stage) {
    const { dice } = stage
    const child = fork(stage, FIRST_STEP)
    stage.act(child, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: ALL_SIGNALS })
    limit(stage, child, 'RLIMIT_SIGPENDING', dice.pick([0, 0, 1]))
    const to = thing(child)
    for (let left = 1 + dice.below(3); left > 0; left--) {
      const [send, named] = dice.pick([
        ['kill', { pid: to }],
        ['tkill', { tid: to }],
        ['tgkill', { tgid: to, tid: to }],
        ['rt_sigqueueinfo', { tgid: to }],
        ['rt_tgsigqueueinfo', { tgid: to, tid: to }],
      ] as const)
      stage.act(FIRST_STEP, send, { ...named, sig: dice.pick([SIGUSR1, SIGRTMIN]) })
    }
  },
}

/** Somebody without privileges who may lock little memory, or none. */
const littleMemory: Scene = {
  subjects: ['memory', 'limits'],
  set(stage) {
    const { dice } = stage
    stage.act(FIRST_STEP, 'mmap', { addr: 0, length: 4096, flags: flagSet('MAP_PRIVATE', 'MAP_ANONYMOUS'), offset: 0 })
    limit(stage, FIRST_STEP, 'RLIMIT_MEMLOCK', dice.pick([0, 0, 4096]))
    stage.act(FIRST_STEP, 'setuid', { id: 1000 })
  },
}

/** A mapping, perhaps locked, and files that may not be mapped so: what is mapped there, how, and of what matters. */
const refusedMapping: Scene = {
  subjects: ['memory', 'paths'],
  set(stage) {
    const { dice } = stage
    const map = (flags: readonly string[], given = {}) =>
      stage.act(FIRST_STEP, 'mmap', { addr: 0, length: 4096, flags: flagSet(...flags), offset: 0, ...given })
    const mapping = map(['MAP_PRIVATE', 'MAP_ANONYMOUS'])
    if (dice.percent(50)) {
      stage.act(FIRST_STEP, 'mlock', { addr: thing(mapping), length: 4096 })
      stage.act(FIRST_STEP, 'msync', { addr: thing(mapping), flags: flagSet('MS_INVALIDATE') })
    }
    if (dice.percent(50)) map(['MAP_PRIVATE', 'MAP_ANONYMOUS', 'MAP_FIXED_NOREPLACE'], { addr: thing(mapping) })
    if (dice.percent(20)) map(['MAP_PRIVATE', 'MAP_ANONYMOUS'], { length: 2 ** 48 })
    if (dice.percent(30)) {
      const id = thing(stage.act(FIRST_STEP, 'shmget', { key: 0, size: 4096, flags: flagSet('IPC_CREAT') }))
      stage.act(FIRST_STEP, 'shmat', { id, address: 4096, flags: flagSet() }, { choice: 2, pace: -1 })
    }
    const flags = flagSet(dice.pick(['O_RDONLY', 'O_WRONLY', 'O_RDWR']), 'O_CREAT')
    const file = stage.act(FIRST_STEP, 'open', { pathname: 'f', flags })
    const fd = dice.percent(25) ? thing(stage.act(FIRST_STEP, 'pipe')) : thing(file)
    const sharing = dice.pick([['MAP_SHARED'], ['MAP_SHARED_VALIDATE', 'MAP_FIXED_NOREPLACE']])
    map(sharing, { addr: sharing.length > 1 ? 2 ** 32 : 0, prot: flagSet('PROT_WRITE'), fd })
  },
}

/** Keys that are taken: making what bears them is refused, or finds it. */
const takenKeys: Scene = {
  subjects: ['shared memory', 'semaphores', 'messages'],
  set(stage) {
    const { dice } = stage
    const made = { key: 1, flags: flagSet('IPC_CREAT') }
    if (dice.percent(60)) stage.act(FIRST_STEP, 'shmget', { ...made, size: 4096 })
    if (dice.percent(60)) stage.act(FIRST_STEP, 'semget', { ...made, nsems: dice.pick([1, 2]) })
    if (dice.percent(60)) stage.act(FIRST_STEP, 'msgget', made)
    stage.act(FIRST_STEP, dice.pick(['shmget', 'semget', 'msgget']), {
      key: 1,
      flags: flagSet('IPC_CREAT', 'IPC_EXCL'),
    })
  },
}

/** Names of POSIX that are taken, a queue that does not wait and has a registration, a semaphore at its end. */
const takenNames: Scene = {
  subjects: ['POSIX queues', 'POSIX semaphores', 'paths'],
  set(stage) {
    const { dice } = stage
    const queue = stage.act(FIRST_STEP, 'mq_open', {
      name: '/q',
      oflag: dice.percent(60) ? flagSet('O_RDWR', 'O_CREAT', 'O_NONBLOCK') : READ_WRITE,
      attr: { maxMessages: 1, maxSize: 8, nonblock: false },
    })
    const mqd = thing(queue)
    const child = fork(stage)
    if (dice.percent(60))
      for (const by of [FIRST_STEP, child])
        stage.act(by, 'mq_notify', { mqd, event: { notify: 'SIGEV_SIGNAL', signal: SIGUSR1 } })
    if (dice.percent(50)) stage.act(FIRST_STEP, 'mq_timedsend', { mqd, text: 'a', size: 1, priority: 0 })
    const oflag = flagSet('O_CREAT')
    const semaphore = stage.act(FIRST_STEP, 'sem_open', { name: '/s', oflag, value: dice.pick([0, 2 ** 31 - 1]) })
    if (dice.percent(40)) stage.act(FIRST_STEP, 'sem_post', { sem: thing(semaphore) })
    const file = openFile(stage, FIRST_STEP)
    if (dice.percent(10)) stage.act(FIRST_STEP, 'lseek', { fd: thing(file), offset: -1, whence: 'SEEK_SET' })
    if (dice.percent(20)) stage.act(FIRST_STEP, 'mq_timedsend', { mqd, text: 'b', size: 1, priority: 0 })
    const refused = dice.pick([flagSet('O_RDWR', 'O_CREAT', 'O_EXCL'), flagSet('O_RDONLY', 'O_DIRECTORY')])
    if (dice.percent(60)) stage.act(FIRST_STEP, dice.pick(['open', 'openat']), { pathname: 'f', flags: refused })
    const name = `/${'q'.repeat(NAME_MAX + 1)}`
    if (dice.percent(15)) stage.act(FIRST_STEP, 'mq_unlink', { name })
    if (dice.percent(15)) stage.act(FIRST_STEP, 'mq_open', { name, oflag: READ_WRITE, attr: null })
  },
}

/** Bytes of a name. Source: include/uapi/linux/limits.h. */
const NAME_MAX = 255

/** A terminal that hung up or controls another session, and groups that must not read or write. */
const refusedTerminal: Scene = {
  subjects: ['terminals', 'groups', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const pty = stage.act(FIRST_STEP, 'openpty')
    const leader = fork(stage)
    stage.act(leader, 'setsid')
    if (dice.percent(75)) stage.act(leader, 'ioctl(TIOCSCTTY)', { fd: thing(pty, 1), arg: 0 })
    const job = fork(stage, leader)
    stage.act(job, 'setpgid', { pid: 0, pgid: 0 })
    if (dice.percent(60)) minds(stage, job, SIGTTIN, SIGTTOU)
    minds(stage, leader, SIGHUP)
    if (dice.percent(40)) stage.act(dice.pick([leader, job]), 'tcsetattr', { fd: thing(pty, 1) })
    if (dice.percent(40))
      stage.act(leader, 'ioctl(TIOCSPGRP)', { fd: thing(pty, 1), pgrp: dice.pick([thing(FIRST_STEP), -1, 9999]) })
    if (dice.percent(40)) {
      stage.act(FIRST_STEP, 'ioctl(TIOCSPTLCK)', { fd: thing(pty), lock: 1 })
      stage.act(FIRST_STEP, dice.pick(['open', 'openat']), { pathname: '/dev/pts/0', flags: flagSet('O_RDWR') })
    }
    if (dice.percent(40)) {
      for (const by of [leader, job]) stage.act(by, 'close', { fd: thing(pty) })
      stage.act(FIRST_STEP, 'close', { fd: thing(pty) })
    }
    if (dice.percent(20)) stage.act(leader, 'exit_group')
    if (dice.percent(40)) stage.act(dice.pick([job, FIRST_STEP]), 'read', { fd: thing(pty, dice.below(2)), count: 1 })
  },
}

/** Ends of a pipe or a FIFO that do not wait: one full, the other empty, or without anybody. */
const unwilling: Scene = {
  subjects: ['descriptors', 'signals'],
  set(stage) {
    const { dice } = stage
    const ends = stage.act(FIRST_STEP, 'pipe2', { flags: flagSet('O_NONBLOCK') })
    const writing = thing(ends, 1)
    const times = dice.pick([0, 16, 16])
    for (let i = 0; i < times; i++) stage.act(FIRST_STEP, 'write', { fd: writing, buf: 'x'.repeat(4096), count: 4096 })
    minds(stage, FIRST_STEP, SIGUSR1)
    if (dice.percent(40)) stage.act(FIRST_STEP, 'fcntl(F_SETFL)', { fd: writing, flags: flagSet() })
    const child = fork(stage)
    if (times > 0 && dice.percent(50)) stage.act(child, 'write', { fd: writing, buf: 'a', count: 1 })
    if (dice.percent(50)) stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig: SIGUSR1 })
  },
}

/** An object of System V is removed while somebody is on the way into a call that names it. */
const amidRemoval: Scene = {
  subjects: ['semaphores', 'messages', 'shared memory'],
  hurries: true,
  set(stage) {
    const { dice } = stage
    const { make, calls, remove } = dice.pick(IPC)
    const id = thing(stage.act(FIRST_STEP, make, { key: 0, flags: flagSet('IPC_CREAT') }))
    for (const child of [fork(stage), fork(stage)]) stage.act(child, dice.pick(calls), { id }, ENTERED)
    stage.act(FIRST_STEP, remove, { id }, OTHERWISE)
  },
}

const IPC = [
  {
    make: 'semget',
    calls: [
      'semctl(GETVAL)', 'semctl(GETPID)', 'semctl(GETNCNT)', 'semctl(GETZCNT)', 'semctl(GETALL)', 'semctl(SETVAL)',
      'semctl(SETALL)', 'semctl(IPC_STAT)', 'semctl(IPC_SET)', 'semctl(IPC_RMID)', 'semop', 'semtimedop',
    ], // prettier-ignore
    remove: 'semctl(IPC_RMID)',
  },
  {
    make: 'msgget',
    calls: ['msgctl(IPC_STAT)', 'msgctl(IPC_SET)', 'msgctl(IPC_RMID)', 'msgsnd', 'msgrcv'],
    remove: 'msgctl(IPC_RMID)',
  },
  {
    make: 'shmget',
    calls: [
      'shmctl(IPC_STAT)', 'shmctl(IPC_SET)', 'shmctl(SHM_LOCK)', 'shmctl(SHM_UNLOCK)', 'shmctl(IPC_RMID)', 'shmat',
    ], // prettier-ignore
    remove: 'shmctl(IPC_RMID)',
  },
] as const

/** A signal comes while somebody is on the way into a call that makes a process, or into a new program, or waits. */
const amidSignal: Scene = {
  subjects: ['processes', 'signals', 'waits'],
  hurries: true,
  set(stage) {
    const { dice } = stage
    const child = fork(stage)
    stage.act(child, 'rt_sigaction', { sig: SIGUSR1, act: HANDLED })
    if (dice.percent(40)) {
      fork(stage, child)
      stage.act(child, dice.pick(['waitid', 'wait4']), { options: flagSet('WEXITED') })
      stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig: SIGUSR1 })
      return
    }
    if (dice.percent(25)) {
      const caller = dice.pick([child, thread(stage, child)])
      stage.act(caller, 'execve', {}, { choice: 0, pace: 1 + dice.below(3) })
      stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig: SIGKILL }, OTHERWISE)
      return
    }
    const [call, args] = dice.pick(MAKERS)
    stage.act(child, call, args, ENTERED)
    stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig: SIGUSR1 }, OTHERWISE)
  },
}

const MAKERS = [
  ['fork', {}],
  ['vfork', {}],
  ['clone', { child_stack: 0, flags: flagSet('SIGCHLD') }],
  ['clone3', { flags: flagSet() }],
] as const

/** Somebody sleeps in a call who is to be interrupted, or whose time runs out because nobody else is left. */
const amidSleep: Scene = {
  subjects: ['semaphores', 'messages', 'locks', 'POSIX queues', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const sleeper = dice.pick(SLEEPERS)(stage)
    stage.act(sleeper.by, 'rt_sigaction', { sig: SIGUSR1, act: HANDLED })
    sleeper.sleep()
    if (dice.percent(40)) stage.act(FIRST_STEP, 'exit_group')
    else stage.act(FIRST_STEP, 'kill', { pid: thing(sleeper.by), sig: SIGUSR1 })
  },
}

/** Prepares a sleep, and says who sleeps and how it begins. */
type Sleeper = (stage: Stage) => { readonly by: Made; readonly sleep: () => Made }

const inSemaphore: Sleeper = (stage) => {
  const id = thing(stage.act(FIRST_STEP, 'semget', { key: 0, nsems: 1, flags: flagSet('IPC_CREAT') }))
  const by = fork(stage)
  const ops = [{ num: 0, op: -1, undo: false, nowait: false }]
  const timed = { id, ops, timeout: 10 }
  return {
    by,
    sleep: () => (stage.dice.percent(30) ? stage.act(by, 'semop', { id, ops }) : stage.act(by, 'semtimedop', timed)),
  }
}

const inMessages: Sleeper = (stage) => {
  const id = thing(stage.act(FIRST_STEP, 'msgget', { key: 0, flags: flagSet('IPC_CREAT') }))
  stage.act(FIRST_STEP, 'msgctl(IPC_SET)', { id, buf: 1 })
  stage.act(FIRST_STEP, 'msgsnd', { id, message: { mtype: 1 }, size: 1 })
  const by = fork(stage)
  const sends = { id, message: { mtype: 1 }, size: 1, flags: flagSet() }
  return { by, sleep: () => stage.act(by, 'msgsnd', sends) }
}

const inQueue: Sleeper = (stage) => {
  const attr = { maxMessages: 1, maxSize: 8, nonblock: false }
  const mqd = thing(stage.act(FIRST_STEP, 'mq_open', { name: '/q', oflag: READ_WRITE, attr }))
  const message = { mqd, text: 'a', size: 1, priority: 0, deadline: 10 }
  const sends = stage.dice.percent(60)
  if (sends) stage.act(FIRST_STEP, 'mq_timedsend', message)
  const by = fork(stage)
  const sleep = () =>
    sends ? stage.act(by, 'mq_timedsend', message) : stage.act(by, 'mq_timedreceive', { mqd, size: 8, deadline: 10 })
  return { by, sleep }
}

const inLock: Sleeper = (stage) => {
  const lock = { type: 'F_WRLCK', whence: 'SEEK_SET', start: 0, length: 0 }
  const held = thing(openFile(stage, FIRST_STEP))
  const kind = stage.dice.pick(['fcntl(F_SETLK)', 'fcntl(F_OFD_SETLK)', 'flock'])
  const operation = flagSet('LOCK_EX')
  stage.act(FIRST_STEP, kind, kind === 'flock' ? { fd: held, operation } : { fd: held, lock })
  const by = fork(stage)
  const fd = thing(openFile(stage, by))
  const sleep = () =>
    kind === 'flock' ? stage.act(by, kind, { fd, operation }) : stage.act(by, kind.replace('LK', 'LKW'), { fd, lock })
  return { by, sleep }
}

const inNamedSemaphore: Sleeper = (stage) => {
  const oflag = flagSet('O_CREAT')
  const sem = thing(stage.act(FIRST_STEP, 'sem_open', { name: '/s', oflag, value: 0 }))
  const by = fork(stage)
  return { by, sleep: () => stage.act(by, 'sem_wait', { sem }) }
}

const inSocket: Sleeper = (stage) => {
  const fd = thing(stage.act(FIRST_STEP, 'socketpair'))
  const by = fork(stage)
  return { by, sleep: () => stage.act(by, 'recvmsg', { fd, count: 1 }) }
}

const SLEEPERS: readonly Sleeper[] = [
  inSemaphore,
  inMessages,
  inQueue,
  inQueue,
  inLock,
  inLock,
  inNamedSemaphore,
  inSocket,
]

const HANDLED = { handler: 'handler', mask: NO_SIGNALS, flags: flagSet() }

/** Children that run programs of their own by now, and one that does not. */
const ranPrograms: Scene = {
  subjects: ['groups', 'waits', 'signals'],
  set(stage) {
    const [first, second] = [fork(stage), fork(stage)]
    stage.act(first, 'execve')
    if (stage.dice.percent(50)) stage.act(second, 'setsid')
    if (stage.dice.percent(50)) stage.act(FIRST_STEP, 'setpgid', { pid: thing(first), pgid: thing(first) })
  },
}

/** A terminal that hung up under its session: nobody can use it any more. */
const hungUpTerminal: Scene = {
  subjects: ['terminals'],
  set(stage) {
    const pty = stage.act(FIRST_STEP, 'openpty')
    const leader = fork(stage)
    stage.act(leader, 'close', { fd: thing(pty) })
    stage.act(leader, 'setsid')
    stage.act(leader, 'rt_sigaction', { sig: SIGHUP, act: HANDLED })
    if (stage.dice.percent(70)) stage.act(leader, 'ioctl(TIOCSCTTY)', { fd: thing(pty, 1), arg: 0 })
    stage.act(FIRST_STEP, 'close', { fd: thing(pty) })
  },
}

/** Messages of less than nothing, or to somebody who has gone without reading what was sent before. */
const refusedMessages: Scene = {
  subjects: ['descriptors', 'signals'],
  set(stage) {
    if (stage.dice.percent(60)) {
      const pair = stage.act(FIRST_STEP, 'socketpair')
      stage.act(FIRST_STEP, 'write', { fd: thing(pair), buf: 'a', count: 1 })
      stage.act(FIRST_STEP, 'close', { fd: thing(pair, 1) })
      stage.act(FIRST_STEP, stage.dice.pick(['read', 'recvmsg']), { fd: thing(pair), count: 1 })
      return
    }
    const socket = thing(stage.act(FIRST_STEP, 'socketpair'))
    stage.act(FIRST_STEP, 'sendmsg', { fd: socket, text: 'a', size: -1, rights: null })
    stage.act(FIRST_STEP, 'recvmsg', { fd: socket, count: -1 })
  },
}

/** Where programs begin that ask for errors: each is near some that calls drawn at random do not meet. */
/** The library has opened the master of a new pseudo-terminal, and not its slave, when another thread takes its number away. */
const lostMaster: Scene = {
  subjects: ['descriptors', 'terminals'],
  set(stage) {
    const file = openFile(stage, FIRST_STEP)
    const beside = thread(stage)
    stage.act(beside, 'openpty', {}, ENTERED)
    const inBetween = { choice: 2, pace: -1 }
    if (stage.dice.percent(50)) stage.act(FIRST_STEP, 'close', { fd: 1 }, inBetween)
    else stage.act(FIRST_STEP, 'dup2', { oldfd: thing(file), newfd: 1 }, inBetween)
  },
}

export const ERROR_SCENES: readonly Scene[] = [
  lostMaster,
  fewDescriptors,
  fewSignals,
  littleMemory,
  refusedMapping,
  takenKeys,
  takenNames,
  refusedTerminal,
  hungUpTerminal,
  refusedMessages,
  unwilling,
  promised,
  amidRemoval,
  amidRemoval,
  amidSignal,
  amidSleep,
  amidSleep,
  ranPrograms,
]
