import { flagSet } from '../../model/params.ts'
import { FIRST_STEP } from '../../model/program.ts'
import { SIGTERM, SIGUSR1 } from '../../model/signals.ts'
import { fork, HURRIED, minds, openFile, thing, thread, type Made, type Scene } from './stage.ts'

/** Openers of a FIFO: one sleeps in open, or holds an end of it. */
export const fifo: Scene = {
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

/** Somebody who slept in the open of a FIFO has been woken, and has not gone on yet. */
export const amidOpen: Scene = {
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

/** A pipe that several processes have open, with something in it or somebody asleep on it. */
export const pipe: Scene = {
  subjects: ['descriptors', 'signals'],
  set(stage) {
    const { dice } = stage
    const ends = stage.act(FIRST_STEP, 'pipe')
    const child = fork(stage)
    if (dice.percent(40)) thread(stage, child)
    const unread = dice.percent(25)
    if (unread || dice.percent(60)) stage.act(FIRST_STEP, 'close', { fd: thing(ends, unread ? 0 : dice.below(2)) })
    if (unread || dice.percent(60)) stage.act(child, 'close', { fd: thing(ends, unread ? 0 : dice.below(2)) })
    if (dice.percent(40)) minds(stage, child, SIGTERM, SIGUSR1)
    stage.act(child, dice.pick(['read', 'write']), { fd: thing(ends, dice.below(2)) })
  },
}

/** Memory that is locked more than once. */
export const lockedTwice: Scene = {
  subjects: ['memory'],
  set(stage) {
    const { dice } = stage
    const flags = flagSet('MAP_PRIVATE', 'MAP_ANONYMOUS')
    const place = {
      addr: thing(stage.act(FIRST_STEP, 'mmap', { addr: 0, length: 4096, flags, offset: 0 })),
      length: 4096,
    }
    stage.act(FIRST_STEP, 'mlock', place)
    stage.act(FIRST_STEP, 'mlock', place)
    if (dice.percent(30)) fork(stage)
  },
}

/** A file with something in it, mapped and written through the mapping, by one process or two. */
export const fileMapping: Scene = {
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

/** One descriptor table of two processes or threads, with several open. */
export const sharedTable: Scene = {
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

/** A descriptor number is promised to a thread that waits in the open of a FIFO; another thread may ask for it. */
export const promised: Scene = {
  subjects: ['descriptors', 'paths'],
  set(stage) {
    const { dice } = stage
    stage.act(FIRST_STEP, 'mknod', { pathname: 'p', mode: flagSet('S_IFIFO') })
    const file = openFile(stage, FIRST_STEP)
    const beside = thread(stage)
    minds(stage, beside, SIGUSR1)
    const open = dice.pick(['open', 'openat'])
    stage.act(beside, open, { pathname: 'p', flags: flagSet(dice.pick(['O_RDONLY', 'O_WRONLY'])) })
    if (dice.percent(60)) stage.act(FIRST_STEP, dice.pick(['dup2', 'dup3']), { oldfd: thing(file), newfd: 1 })
    if (dice.percent(40)) stage.act(FIRST_STEP, 'tgkill', { tgid: thing(FIRST_STEP), tid: thing(beside), sig: SIGUSR1 })
  },
}
