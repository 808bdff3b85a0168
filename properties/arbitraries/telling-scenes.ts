import { flagSet } from '../../model/params.ts'
import { FIRST_STEP } from '../../model/program.ts'
import { SIGPIPE, SIGSTOP } from '../../model/signals.ts'
import { setOfSignals } from '../../model/state/signal-set.ts'
import { fork, openFile, READ_WRITE, thing, thread, type Scene } from './stage.ts'

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
    if (dice.percent(70)) stage.act(FIRST_STEP, 'recvmsg', { fd: thing(pair, 0), count: 16 })
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
]
