import { flagSet } from '../../model/params.ts'
import { FIRST_STEP, type Argument } from '../../model/program.ts'
import { SIGKILL } from '../../model/signals.ts'
import { AT_ONCE, fork, HURRIED, openFile, READ_WRITE, thing, thread, type Made, type Scene } from './stage.ts'

/** Some byte ranges, so that owners meet and pass each other. */
const lockOf = (type: string, start: number, length: number): Argument => ({ type, whence: 'SEEK_SET', start, length })

/** Owners of locks on parts of one file, by their own opens or one that they share; some wait already. */
export const owners: Scene = {
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
    if (dice.percent(20))
      for (const start of [6, 4, 5])
        stage.act(who[0], kind, { fd: thing(fds[0]), lock: lockOf(dice.pick(types), start, 1) })
  },
}

/** Threads with one descriptor table, and a process beside them that holds what one of them waits for. */
export const ownersWithThreads: Scene = {
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
export const flocks: Scene = {
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

/** All owners but one wait for each other in a row, and that one holds what the first of them waits for, and may ask for what the last holds; one looks on. */
export const rowOfOwners: Scene = {
  subjects: ['locks'],
  set(stage) {
    const { dice } = stage
    const kind = dice.pick(['fcntl(F_SETLK)', 'fcntl(F_SETLK)', 'fcntl(F_OFD_SETLK)'])
    const who = [fork(stage), fork(stage), ...(dice.percent(30) ? [fork(stage)] : [])]
    const fds = who.map((by) => openFile(stage, by))
    who.forEach((by, i) => stage.act(by, kind, { fd: thing(fds[i]), lock: lockOf('F_WRLCK', i, 1) }))
    const asks = (i: number, start: number) =>
      stage.act(who[i], kind.replace('LK', 'LKW'), { fd: thing(fds[i]), lock: lockOf('F_WRLCK', start, 1) })
    for (let i = who.length - 1; i > 0; i--) asks(i, i - 1)
    if (dice.percent(40)) asks(0, who.length - 1)
  },
}

/** Two descriptions share the lock of a file; a third may wait for it, or one of them ask for more. */
export const sharedFlock: Scene = {
  subjects: ['locks'],
  set(stage) {
    const { dice } = stage
    const other = dice.percent(50) ? fork(stage) : FIRST_STEP
    const fds = [FIRST_STEP, other].map((by) => ({ by, fd: thing(openFile(stage, by)) }))
    for (const { by, fd } of fds) stage.act(by, 'flock', { fd, operation: flagSet('LOCK_SH') })
    const { by, fd } = dice.pick(fds)
    if (dice.percent(40)) stage.act(by, 'flock', { fd, operation: flagSet('LOCK_EX', 'LOCK_NB') })
    if (dice.percent(30)) {
      const waiter = fork(stage)
      const fd = thing(openFile(stage, waiter))
      stage.act(waiter, 'flock', { fd, operation: flagSet('LOCK_EX') })
    }
  },
}

/** A process with locks on two files is caught in the midst of its exit: somebody waits for one, or tries both. */
export const amidRelease: Scene = {
  subjects: ['locks'],
  hurries: true,
  set(stage) {
    const { dice } = stage
    const names = dice.pick([
      ['f', 'g'],
      ['g', 'f'],
    ])
    const user = fork(stage)
    const open = (by: Made) => names.map((pathname) => stage.act(by, 'open', { pathname, flags: READ_WRITE }))
    const fds = open(FIRST_STEP)
    const flock = (by: Made, fd: Made, ...words: string[]) =>
      stage.act(
        by,
        'flock',
        { fd: thing(fd), operation: flagSet('LOCK_EX', ...words) },
        words.length > 0 ? AT_ONCE : undefined,
      )
    for (const fd of open(user)) flock(user, fd)
    const tries = dice.percent(50)
    if (!tries) flock(FIRST_STEP, dice.pick(fds))
    stage.act(user, 'exit_group', {}, { choice: 0, pace: 8 + dice.below(8) })
    if (tries) for (const fd of fds) flock(FIRST_STEP, fd, 'LOCK_NB')
  },
}

/** Who was woken for a lock finds it taken by somebody who waits for a lock of its own by now. */
export const lateDeadlock: Scene = {
  subjects: ['locks'],
  set(stage) {
    const who = [FIRST_STEP, fork(stage), fork(stage)]
    const fds = who.map((by) => thing(openFile(stage, by)))
    const asks = (i: number, form: string, start: number) =>
      stage.act(who[i], `fcntl(${form})`, { fd: fds[i], lock: lockOf('F_WRLCK', start, 1) }, AT_ONCE)
    asks(0, 'F_SETLK', 1)
    asks(1, 'F_SETLK', 0)
    asks(0, 'F_SETLKW', 0)
    stage.act(who[1], 'fcntl(F_SETLK)', { fd: fds[1], lock: lockOf('F_UNLCK', 0, 1) }, HURRIED)
    asks(2, 'F_SETLK', 0)
    asks(2, 'F_SETLKW', 1)
  },
}

/** A thread has found its file and not yet asked for the lock, and somebody may be about to kill it. */
export const unasked: Scene = {
  subjects: ['locks', 'signals'],
  hurries: true,
  set(stage) {
    const { dice } = stage
    const child = fork(stage)
    const beside = thread(stage, child)
    const fd = thing(openFile(stage, child))
    const begun = { choice: 0, pace: 1 }
    stage.act(beside, 'fcntl(F_SETLKW)', { fd, lock: lockOf('F_WRLCK', 0, 1) }, begun)
    if (dice.percent(70)) stage.act(FIRST_STEP, 'kill', { pid: thing(child), sig: SIGKILL }, { choice: 17, pace: 2 })
  },
}
