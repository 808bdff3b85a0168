import { flagSet } from '../../model/params.ts'
import { FIRST_STEP } from '../../model/program.ts'
import { SIGCHLD, SIGCONT, SIGHUP, SIGKILL, SIGSTOP, SIGTERM, SIGTSTP, SIGTTIN, SIGUSR1 } from '../../model/signals.ts'
import { NO_SIGNALS, setOfSignals } from '../../model/state/signal-set.ts'
import { fork, minds, openFile, signal, thing, thread, type Made, type Scene, type Stage } from './stage.ts'

/** Wants no zombies of its children. */
function disowns(stage: Stage, by: Made): void {
  const handler = stage.dice.pick(['handler', 'SIG_DFL', 'SIG_IGN'])
  const flags = handler === 'SIG_IGN' ? flagSet() : flagSet('SA_NOCLDWAIT')
  stage.act(by, 'rt_sigaction', { sig: SIGCHLD, act: { handler, mask: NO_SIGNALS, flags } })
}

/** Three generations below one that adopts; some of the youngest are dead already. */
export const adoption: Scene = {
  subjects: ['processes', 'waits', 'signals'],
  set(stage) {
    const { dice } = stage
    if (dice.percent(80)) stage.act(FIRST_STEP, 'prctl(PR_SET_CHILD_SUBREAPER)', { value: 1 })
    if (dice.percent(25)) disowns(stage, FIRST_STEP)
    else if (dice.percent(75)) minds(stage, FIRST_STEP, SIGCHLD)
    const parent = fork(stage)
    const child = fork(stage, parent)
    const second = dice.percent(50) ? fork(stage, parent) : undefined
    if (dice.percent(30)) minds(stage, parent, SIGCHLD, SIGTERM)
    if (dice.percent(30)) thread(stage, dice.pick([FIRST_STEP, parent]))
    if (dice.percent(25)) stage.act(child, 'prctl(PR_SET_PDEATHSIG)', { sig: dice.pick([SIGUSR1, SIGTERM]) })
    if (dice.percent(70)) stage.act(dice.pick([child, second]), dice.pick(['exit', 'exit_group']))
  },
}

/** Three generations below one that adopts and wants to know of deaths; the youngest is dead, and nobody has waited for it. */
export const adoptedZombie: Scene = {
  subjects: ['processes', 'waits'],
  set(stage) {
    const adopts = 'prctl(PR_SET_CHILD_SUBREAPER)'
    stage.act(FIRST_STEP, adopts, { value: 1 })
    if (stage.dice.percent(60)) minds(stage, FIRST_STEP, SIGCHLD)
    else disowns(stage, FIRST_STEP)
    const parent = fork(stage, fork(stage))
    stage.act(fork(stage, parent), 'exit_group')
  },
}

/** A process of several threads, its main thread perhaps gone, each with something to leave behind. */
export const threads: Scene = {
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

/** A vfork child, which borrows its parent's memory, beside the thread that waits for it. */
export const borrowed: Scene = {
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
export const pending: Scene = {
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
    const both = dice.percent(40)
    stage.act(child, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: setOfSignals(...(both ? some : [dice.pick(some)])) })
    signal(stage, FIRST_STEP, child, ...some)
  },
}

/** A process with a thread asleep in a call is stopped; others may wake the sleeper. */
export const stoppedSleeper: Scene = {
  subjects: ['descriptors', 'signals'],
  set(stage) {
    const { dice } = stage
    const ends = stage.act(FIRST_STEP, 'pipe')
    const child = fork(stage)
    const beside = dice.percent(70) ? thread(stage, child) : undefined
    stage.act(beside ?? child, 'read', { fd: thing(ends), count: 1 })
    signal(stage, FIRST_STEP, child, SIGSTOP, SIGTSTP)
  },
}
