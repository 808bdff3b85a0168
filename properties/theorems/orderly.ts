import { FIRST } from '../../model/boot.ts'
import type { Event } from '../../model/event.ts'
import { INIT } from '../../model/functions/signals.ts'
import type { Kernel } from '../../model/kernel.ts'
import { mayCall } from '../../model/moves.ts'
import type { Observer, Runner } from '../../model/run.ts'
import { SIGKILL } from '../../model/signals.ts'
import { visible } from '../visible.ts'
import { callNow, runToRest, type Theorem } from './theorem.ts'

/**
 * Whoever is killed leaves what he would have left by closing all that he has open and exiting: but for the wait status,
 * and what SIGCHLD says of it, nobody can tell the two apart. Where others take signals because of the death, the outcome
 * depends on who comes first, so that one run each does not compare.
 */
export const aKilledProcessLeavesWhatAnOrderlyOneLeaves: Theorem = {
  name: 'a killed process leaves what one leaves that closes all it has open and exits',
  source: 'exit_group(2), signal(7); kernel/exit.c do_exit()',
  refute(rules, program) {
    const others = new OthersDisturbed()
    const killed = runToRest(rules, program, others)
    const victim = victimIn(killed.kernel)
    if (victim === undefined) return undefined
    const orderly = runToRest(rules, program, others)
    others.watchFor(victim)
    killed.intervene((k) => k.fn.sendToProcess(k, victim, { signal: SIGKILL, code: 'SI_KERNEL', pid: 0 }))
    closeAll(orderly, victim)
    if (!canCall(orderly.kernel, victim)) return undefined
    callNow(orderly, victim, 'exit_group', { status: 0 })
    if (others.seen) return undefined
    const [left, right] = [visible(killed.kernel, victim), visible(orderly.kernel, victim)]
    return left === right ? undefined : firstDifference(left, right)
  },
}

/** Sees whether anybody but the victim takes a signal. */
class OthersDisturbed implements Observer {
  seen = false
  private victim = 0

  watchFor(victim: number): void {
    this.victim = victim
    this.seen = false
  }

  after(_kernel: Kernel, event: Event): boolean {
    if (event.kind === 'internal' && event.tid !== this.victim)
      this.seen ||= event.move === 'deliver' || event.move === 'die'
    return true
  }
}

/** The youngest process of one thread that is in user mode. */
function victimIn(kernel: Kernel): number | undefined {
  return kernel.processes
    .rows()
    .findLast(({ pid, threads }) => pid !== INIT && pid >= FIRST && threads.length === 1 && canCall(kernel, pid))?.pid
}

const canCall = (kernel: Kernel, tid: number): boolean => {
  const thread = kernel.threads.get(tid)
  return thread !== undefined && mayCall(kernel, thread) && thread.frames.length === 0
}

/** In the order in which exit closes them; those of a table that others share stay open for them. */
function closeAll(runner: Runner, pid: number): void {
  const { slots, users } = runner.kernel.files.at(runner.kernel.threads.at(pid).files)
  if (users > 1) return
  const open = slots.flatMap((slot, fd) => (slot === 0 ? [] : [fd]))
  for (const fd of open) if (canCall(runner.kernel, pid)) callNow(runner, pid, 'close', { fd })
}

function firstDifference(left: string, right: string): string {
  let at = 0
  while (left[at] === right[at]) at++
  return `killed ...${left.slice(Math.max(0, at - 40), at + 60)}, orderly ...${right.slice(Math.max(0, at - 40), at + 60)}`
}
