import type { CallInterval, StitchEvent } from '../strace/interval.ts'

import { diesUnseen, endsUnasked, endsUntold, showsExit, showsSigchld } from './hidden/ends.ts'
import { MANY } from './hidden/many.ts'
import { actUnseen, endsBeforeShown, hasChildrenUnmade } from './hidden/processes.ts'
import {
  handlesUnseen,
  interruptsUnshown,
  returnsAsFailed,
  returnsFromUnseen,
  returnsUnseen,
  takesUnseen,
} from './hidden/signals.ts'

/** Events looked at, before the check begins, to see what the capture shows and which descriptors the first process had. */
export const PRELUDE = 5000

/** Calls of no class of strace's, which every program makes as it starts; they are there unless calls were selected. */
const UNSELECTED = /^(arch_prctl|set_tid_address|set_robust_list|rseq|prlimit64|getrandom|uname)$/

/** A program looks for libraries, and opens and maps none (-e trace=!%desc). Source: ld.so(8). */
const loadsUnseen = (calls: readonly CallInterval[]): boolean =>
  calls.some(({ name, args }) => name === 'access' && args.startsWith('"/etc/ld.so.preload"')) &&
  !calls.some(({ name }) => /^(open|mmap)/.test(name))

export const SOME_PROCESSES = 'the capture shows only some processes'
export const SELECTED = 'the capture shows only some calls'

/**
 * What the beginning of a capture shows that it does not show: undefined for one that shows everything that was done.
 * - it begins in the middle: strace was attached to what ran already;
 * - calls were selected (-e trace=, -e status=, -z, -Z), or signals (-e signal=);
 * - children were not followed (no -f), or the lines of some are not there.
 */
export function hiddenBy(prelude: readonly StitchEvent[]): string | undefined {
  const calls = prelude.flatMap((event) => (event.kind === 'enter' ? [event.call] : []))
  const [first] = calls
  if (first === undefined) return prelude.length === 0 ? undefined : SELECTED
  if (first.name !== 'execve') return 'the capture begins in the middle of what it shows'
  if (!calls.some(({ result }) => result?.kind === 'value')) return 'the capture shows only calls that failed'
  const isSelection = !calls.some(({ name }) => UNSELECTED.test(name))
  const opens = calls.filter(({ name, result }) => /^open(at)?$/.test(name) && result?.kind === 'value').length
  if (actUnseen(prelude) || hasChildrenUnmade(prelude)) return SOME_PROCESSES
  if (endsBeforeShown(prelude)) return SELECTED
  if (endsUnasked(prelude)) return 'the capture shows only calls that succeeded'
  if (!showsExit(prelude) && endsUntold(prelude, /WIFEXITED\(s\)/)) return 'the capture does not show how processes end'
  const tellsNobody = !showsSigchld(prelude) && endsUntold(prelude, /WIF(EXITED|SIGNALED)\(s\)/)
  if (
    returnsFromUnseen(prelude) ||
    diesUnseen(prelude) ||
    takesUnseen(prelude) ||
    handlesUnseen(prelude) ||
    tellsNobody
  )
    return 'the capture does not show signals'
  if (returnsAsFailed(prelude)) return 'the capture shows only calls that succeeded'
  if (returnsUnseen(prelude)) return 'the capture does not show how handlers return'
  const closes = calls.some(({ name }) => name.startsWith('close'))
  if (isSelection || interruptsUnshown(prelude) || (opens >= MANY && !closes) || loadsUnseen(calls)) return SELECTED
  return undefined
}
