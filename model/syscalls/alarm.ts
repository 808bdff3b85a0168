import type { Kernel } from '../kernel.ts'
import { int } from '../params.ts'
import { defineSyscall, type Outcome } from '../syscall.ts'

/** Remaining times beyond this many seconds are not told apart. */
const LONGEST = 3600

/**
 * Have SIGALRM sent to the process after so many seconds, once; 0 cancels. One alarm replaces the other.
 *
 * Returns the seconds that the alarm before would still have had to run, 0 if there was none. Time being no part of the
 * model, that is any number up to those for which it was set.
 * Source: alarm(2); kernel/time/itimer.c alarm_setitimer().
 */
export const alarm = defineSyscall({
  name: 'alarm',
  params: { seconds: int(0, 1, 2) },
  source: 'alarm(2); kernel/time/itimer.c alarm_setitimer()',
  rule(kernel, caller, { seconds }) {
    const { alarm } = kernel.processOf(caller)
    const effect = (k: Kernel) => void (k.processes.edit(caller.pid).alarm = seconds)
    if (alarm > LONGEST)
      return { undecided: 'how much is left of an alarm set for more than an hour', harmless: true, effect }
    if (alarm === 0) return [{ result: 0, effect }]
    return Array.from({ length: alarm }, (_, gone): Outcome => ({ result: alarm - gone, effect }))
  },
})
