import { flagSet } from '../../model/params.ts'
import { FIRST_STEP } from '../../model/program.ts'
import { SIGKILL, SIGTERM, SIGUSR1 } from '../../model/signals.ts'
import { fork, minds, signal, thing, type Scene } from './stage.ts'

/** A pair of sockets that two processes have open, with something unread at either end, or descriptors on their way. */
export const sockets: Scene = {
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
export const sharedHandlers: Scene = {
  subjects: ['signals', 'processes'],
  set(stage) {
    const flags = flagSet('CLONE_VM', 'CLONE_SIGHAND', 'SIGCHLD')
    const child = stage.act(FIRST_STEP, 'clone', { child_stack: 0, flags })
    minds(stage, stage.dice.pick([FIRST_STEP, child]), SIGTERM, SIGUSR1)
  },
}
