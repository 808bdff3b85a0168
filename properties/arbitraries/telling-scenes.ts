import { flagSet } from '../../model/params.ts'
import { FIRST_STEP } from '../../model/program.ts'
import {
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGKILL,
  SIGPIPE,
  SIGRTMIN,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGUSR1,
} from '../../model/signals.ts'
import { NO_SIGNALS, setOfSignals } from '../../model/state/signal-set.ts'
import { fork, openFile, READ_WRITE, thing, thread, type Made, type Scene } from './stage.ts'

/** A FIFO that all have closed with something in it, opened again. */
const emptiedFifo: Scene = {
  subjects: ['descriptors', 'paths'],
  set(stage) {
    stage.act(FIRST_STEP, 'mknod', { pathname: 'p', mode: flagSet('S_IFIFO') })
    const child = fork(stage)
    const both = stage.act(child, 'open', { pathname: 'p', flags: flagSet('O_RDWR') })
    stage.act(child, 'write', { fd: thing(both), buf: 'abc', count: 3 })
    if (stage.dice.percent(50)) stage.act(child, 'close', { fd: thing(both) })
    else stage.act(child, 'exit_group')
    const again = stage.act(FIRST_STEP, 'open', { pathname: 'p', flags: flagSet('O_RDWR', 'O_NONBLOCK') })
    stage.act(FIRST_STEP, 'read', { fd: thing(again), count: 3 })
  },
}

/** A process that has to stop, one of whose threads sleeps in vfork and cannot; its parent asks. */
const halfStopped: Scene = {
  subjects: ['processes', 'waits', 'signals'],
  set(stage) {
    const child = fork(stage)
    const other = thread(stage, child)
    if (stage.dice.percent(70)) stage.act(stage.dice.pick([child, other]), 'vfork')
    if (stage.dice.percent(30)) stage.act(stage.dice.pick([child, other]), 'pause')
    stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig: SIGSTOP })
    const options = flagSet('WNOHANG', 'WUNTRACED')
    stage.act(FIRST_STEP, 'wait4', { pid: thing(child), options })
  },
}

/** A thread of a process sleeps in a call that a stop ends for good; another is to stop the process, which then goes on. */
const stoppedAsleep: Scene = {
  subjects: ['signals', 'semaphores'],
  set(stage) {
    const { dice } = stage
    const set = thing(stage.act(FIRST_STEP, 'semget', { key: 0, nsems: 1 }))
    const child = fork(stage)
    const sleeper = thread(stage, child)
    stage.act(sleeper, 'semop', { id: set, ops: [{ num: 0, op: -1, undo: false, nowait: false }] })
    stage.act(FIRST_STEP, 'tgkill', { tgid: thing(child), tid: thing(child), sig: SIGSTOP })
    if (dice.percent(80)) stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig: SIGCONT })
  },
}

/** A process whose threads leave one after the other, each with a value of its own, and who waits for it. */
const lastThread: Scene = {
  subjects: ['processes', 'waits'],
  set(stage) {
    const main = fork(stage)
    const leaving = [main, thread(stage, main)]
    if (stage.dice.percent(40)) leaving.push(thread(stage, main))
    if (stage.dice.percent(50)) leaving.reverse()
    for (const [status, by] of leaving.entries()) stage.act(by, 'exit', { status })
    stage.act(FIRST_STEP, 'wait4', { pid: thing(main), options: flagSet() })
  },
}

/** Messages of several priorities in a queue, and who takes them out again. */
const emptiedQueue: Scene = {
  subjects: ['POSIX queues'],
  set(stage) {
    const { dice } = stage
    const attr = { maxMessages: 10, maxSize: 8, nonblock: false }
    const mqd = thing(stage.act(FIRST_STEP, 'mq_open', { name: '/q', oflag: READ_WRITE, attr }))
    const child = fork(stage)
    const texts = ['a', 'ab', 'abc']
    for (const text of texts) {
      const priority = dice.pick([0, 1])
      stage.act(dice.pick([FIRST_STEP, child]), 'mq_timedsend', {
        mqd,
        text,
        size: text.length,
        priority,
        deadline: null,
      })
    }
    for (let left = texts.length; left > 0; left--) {
      stage.act(dice.pick([FIRST_STEP, child]), 'mq_timedreceive', { mqd, size: 8, deadline: null })
    }
  },
}

/** Memory that comes to be while all that comes is locked, or no longer. */
const futureLocks: Scene = {
  subjects: ['memory'],
  set(stage) {
    stage.act(FIRST_STEP, 'mlockall', { flags: flagSet('MCL_FUTURE') })
    const child = fork(stage)
    const flags = flagSet('MAP_PRIVATE', 'MAP_ANONYMOUS')
    for (const by of [child, FIRST_STEP]) {
      if (stage.dice.percent(80)) stage.act(by, 'mmap', { addr: 0, length: 4096, flags, offset: 0 })
    }
  },
}

/** What was stored to the mapping of a file, and then lost its mapping, as others read the file. */
const keptPages: Scene = {
  subjects: ['memory', 'paths', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const user = fork(stage)
    const fd = thing(openFile(stage, user))
    stage.act(user, 'write', { fd, buf: 'abc', count: 3 })
    const addr = thing(
      stage.act(user, 'mmap', {
        addr: 0,
        length: 4096,
        prot: flagSet('PROT_READ', 'PROT_WRITE'),
        flags: flagSet(dice.pick(['MAP_SHARED', 'MAP_PRIVATE'])),
        fd,
        offset: 0,
      }),
    )
    stage.act(user, 'store', { addr, text: 'xy' })
    switch (dice.below(3)) {
      case 0:
        stage.act(user, 'exit_group')
        break
      case 1:
        stage.act(user, 'munmap', { addr, length: 4096 })
        break
      default:
        break
    }
    const own = thing(openFile(stage, FIRST_STEP))
    stage.act(FIRST_STEP, 'read', { fd: own, count: 3 })
  },
}

/** A writer to a pipe that nobody reads, who has blocked SIGPIPE; beside it perhaps a thread that has not. */
const brokenPipe: Scene = {
  subjects: ['descriptors', 'signals'],
  set(stage) {
    const { dice } = stage
    const writer = dice.percent(50) ? fork(stage) : FIRST_STEP
    if (dice.percent(40)) thread(stage, writer)
    stage.act(writer, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: setOfSignals(SIGPIPE) })
    const ends = stage.act(writer, dice.pick(['pipe', 'socketpair']))
    stage.act(writer, 'close', { fd: thing(ends, 0) })
    stage.act(writer, 'write', { fd: thing(ends, 1), buf: 'a', count: 1 })
  },
}

/** What a socket's peer has left in it, bytes or descriptors, when the peer is gone. */
const leftInSocket: Scene = {
  subjects: ['descriptors'],
  set(stage) {
    const { dice } = stage
    const pair = stage.act(FIRST_STEP, 'socketpair')
    const ends = stage.act(FIRST_STEP, 'pipe')
    const child = fork(stage)
    stage.act(FIRST_STEP, 'close', { fd: thing(pair, 1) })
    const rights = dice.percent(70) ? thing(ends, 1) : null
    stage.act(child, 'sendmsg', { fd: thing(pair, 1), text: 'a', size: 1, rights })
    if (dice.percent(40)) stage.act(FIRST_STEP, 'close', { fd: thing(ends, 1) })
    if (dice.percent(70)) stage.act(child, 'exit_group')
    const taking = dice.pick(['recvmsg', 'recvmsg', 'read'])
    if (dice.percent(80)) stage.act(FIRST_STEP, taking, { fd: thing(pair, 0), count: 16 })
    else stage.act(FIRST_STEP, 'close', { fd: thing(pair, 0) })
    if (dice.percent(50)) stage.act(FIRST_STEP, 'close', { fd: thing(ends, 1) })
    stage.act(FIRST_STEP, 'read', { fd: thing(ends, 0), count: 1 })
  },
}

/** Groups of one session, and its leader, who asks to change over. */
const leadersGroup: Scene = {
  subjects: ['groups'],
  set(stage) {
    const leader = fork(stage)
    stage.act(leader, 'setsid')
    const child = fork(stage, leader)
    stage.act(child, 'setpgid', { pid: 0, pgid: 0 })
    stage.act(leader, 'setpgid', { pid: 0, pgid: thing(child) })
  },
}

/**
 * A parent in the session dies, and leaves a group of two children, of whom the younger has stopped. The elder's group is
 * looked at while the younger still has its parent; and the parent's death may be the younger's as well.
 */
const twoOrphans: Scene = {
  subjects: ['groups', 'signals'],
  set(stage) {
    const { dice } = stage
    const parent = dice.percent(70) ? fork(stage) : FIRST_STEP
    stage.act(parent, 'setsid')
    const elder = fork(stage, parent)
    const younger = fork(stage, parent)
    stage.act(elder, 'setpgid', { pid: 0, pgid: 0 })
    stage.act(younger, 'setpgid', { pid: 0, pgid: thing(elder) })
    if (dice.percent(70)) stage.act(younger, 'prctl(PR_SET_PDEATHSIG)', { sig: dice.pick([SIGKILL, SIGTERM]) })
    stage.act(parent, 'kill', { pid: thing(dice.pick([younger, younger, elder])), sig: SIGSTOP })
    stage.act(parent, 'exit_group')
  },
}

/** A stop signal and SIGCONT, both blocked, of which the later cancels the one before. */
const cancelled: Scene = {
  subjects: ['signals'],
  set(stage) {
    const { dice } = stage
    const child = fork(stage)
    stage.act(child, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: setOfSignals(SIGTSTP, SIGCONT) })
    if (dice.percent(50)) {
      const act = { handler: 'handler', mask: NO_SIGNALS, flags: flagSet() }
      stage.act(child, 'rt_sigaction', { sig: SIGCONT, act })
    }
    const order = dice.percent(50) ? [SIGTSTP, SIGCONT] : [SIGCONT, SIGTSTP]
    for (const sig of order) stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig })
  },
}

/** A process for which no signal may be queued, and that takes those which came all the same: nobody knows who sent them. */
const lostSenders: Scene = {
  subjects: ['signals', 'limits'],
  set(stage) {
    const { dice } = stage
    const child = fork(stage)
    const set = setOfSignals(SIGUSR1, SIGRTMIN)
    stage.act(child, 'rt_sigprocmask', { how: 'SIG_BLOCK', set })
    const none = { soft: 0, hard: 1024 }
    stage.act(child, 'prlimit64', { pid: 0, resource: 'RLIMIT_SIGPENDING', newLimit: none })
    const to = thing(child)
    for (let left = 1 + dice.below(2); left > 0; left--) {
      if (dice.percent(60)) stage.act(FIRST_STEP, 'kill', { pid: to, sig: SIGRTMIN })
      else stage.act(FIRST_STEP, 'tgkill', { tgid: to, tid: to, sig: SIGUSR1 })
    }
    stage.act(child, 'rt_sigtimedwait', { set, timeout: 0 })
  },
}

/** A thread waits for a lock by a descriptor that another thread closes; then the lock is to be had. */
const closedMeanwhile: Scene = {
  subjects: ['locks', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const holder = fork(stage)
    const lock = { type: 'F_WRLCK', whence: 'SEEK_SET', start: 0, length: 0 }
    stage.act(holder, 'fcntl(F_SETLK)', { fd: thing(openFile(stage, holder)), lock })
    const file = thing(openFile(stage, FIRST_STEP))
    const waiter = thread(stage)
    stage.act(waiter, 'fcntl(F_SETLKW)', { fd: file, lock })
    if (dice.percent(80)) stage.act(FIRST_STEP, 'close', { fd: file })
    stage.act(holder, 'exit_group')
  },
}

/** A dead child of one's own, and another's that one adopts; both are there to be waited for. */
const waitsInOrder: Scene = {
  subjects: ['processes', 'waits'],
  set(stage) {
    const { dice } = stage
    stage.act(FIRST_STEP, 'prctl(PR_SET_CHILD_SUBREAPER)', { value: 1 })
    const parent = fork(stage)
    const own = fork(stage)
    const adopted = fork(stage, parent)
    for (const by of dice.percent(50) ? [own, adopted] : [adopted, own]) stage.act(by, 'exit_group')
    stage.act(parent, 'exit_group')
    for (let left = 3; left > 0; left--) stage.act(FIRST_STEP, 'wait4', { pid: -1, options: flagSet() })
  },
}

/** A thread that waits for a record lock is killed; then others wait for it, and the wait of each is looked at for a deadlock. */
const killedWaiter: Scene = {
  subjects: ['locks', 'signals'],
  set(stage) {
    const { dice } = stage
    const lock = { type: 'F_WRLCK', whence: 'SEEK_SET', start: 0, length: 0 }
    const file = thing(openFile(stage, FIRST_STEP))
    const [holder, waiter] = [fork(stage), fork(stage)]
    stage.act(holder, 'fcntl(F_SETLK)', { fd: file, lock })
    stage.act(waiter, 'fcntl(F_SETLKW)', { fd: file, lock })
    stage.act(FIRST_STEP, 'kill', { pid: thing(waiter), sig: dice.pick([SIGKILL, SIGTERM]) })
    const other = dice.percent(50) ? fork(stage) : FIRST_STEP
    stage.act(other, 'fcntl(F_SETLKW)', { fd: file, lock })
    if (dice.percent(50)) stage.act(holder, 'exit_group')
  },
}

/** Two of a background group, of whom one touches the terminal. */
const background: Scene = {
  subjects: ['terminals', 'groups'],
  set(stage) {
    const { dice } = stage
    const ends = stage.act(FIRST_STEP, 'openpty')
    const leader = fork(stage)
    stage.act(leader, 'setsid')
    stage.act(leader, 'ioctl(TIOCSCTTY)', { fd: thing(ends, 1), request: 'TIOCSCTTY', arg: 0 })
    const first = fork(stage, leader)
    stage.act(first, 'setpgid', { pid: 0, pgid: 0 })
    const second = dice.percent(80) ? fork(stage, first) : undefined
    stage.act(dice.pick([first, first, second]), 'read', { fd: thing(ends, 1), count: 3 })
  },
}

/** A group is orphaned in which a parent minds what becomes of its child, which has stopped. */
const toldInTheGroup: Scene = {
  subjects: ['groups', 'signals'],
  set(stage) {
    const leader = fork(stage)
    stage.act(leader, 'setsid')
    const parent = fork(stage, leader)
    stage.act(parent, 'setpgid', { pid: 0, pgid: 0 })
    const act = { handler: 'handler', mask: NO_SIGNALS, flags: flagSet() }
    stage.act(parent, 'rt_sigaction', { sig: SIGCHLD, act })
    const child = fork(stage, parent)
    stage.act(parent, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: setOfSignals(SIGHUP, SIGCONT) })
    stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig: SIGSTOP })
    stage.act(leader, 'exit_group')
  },
}

/** One who has left a session for one of its own, with a terminal of its own, when the leader of the old one dies. */
const formerMember: Scene = {
  subjects: ['terminals', 'groups'],
  set(stage) {
    const { dice } = stage
    const terminals = [stage.act(FIRST_STEP, 'openpty'), stage.act(FIRST_STEP, 'openpty')]
    const leader = fork(stage)
    stage.act(leader, 'setsid')
    const take = (by: Made, of: Made) =>
      stage.act(by, 'ioctl(TIOCSCTTY)', { fd: thing(of, 1), request: 'TIOCSCTTY', arg: 0 })
    take(leader, terminals[0])
    const member = fork(stage, leader)
    stage.act(member, 'setsid')
    take(member, terminals[1])
    if (dice.percent(50)) stage.act(leader, 'exit_group')
    else stage.act(leader, 'ioctl(TIOCNOTTY)', { fd: thing(terminals[0], 1) })
  },
}

/**
 * Histories that end where what they have come to is asked for: by reading, receiving, waiting. The model's own state
 * tells it without that; only a comparison with a kernel needs them.
 */
export const TELLING_SCENES: readonly Scene[] = [
  emptiedFifo,
  halfStopped,
  lastThread,
  emptiedQueue,
  futureLocks,
  keptPages,
  brokenPipe,
  leftInSocket,
  leadersGroup,
  twoOrphans,
  stoppedAsleep,
  toldInTheGroup,
  waitsInOrder,
  cancelled,
  lostSenders,
  closedMeanwhile,
  killedWaiter,
  background,
  formerMember,
]
