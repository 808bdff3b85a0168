import type { Syscall } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Ground } from './ground.ts'
import { SOME_PROCESSES } from './hidden.ts'

/**
 * A call has come back as the model does not allow: it tells of a child of which the capture has no line, though one that
 * dies, or is done with the memory of its parent, must have some. The lines are then those of some processes only, as where
 * they were searched for a pid, and since that child was made nothing shows what it did. True when that was found.
 * Source: vfork(2), wait(2).
 */
export function tellsOfSilent(ground: Ground, syscall: Syscall, { name, args, result }: CallInterval): boolean {
  if (result?.kind !== 'value') return false
  if (syscall.makes === 'process')
    return (name === 'vfork' || args.includes('CLONE_VFORK')) && isOfSilent(ground, result.value)
  return name.startsWith('wait') && isOfSilent(ground, result.value || childIn(args))
}

/** A SIGCHLD that the model does not expect is of such a child. */
export const isSignalOfSilent = (ground: Ground, info: string): boolean =>
  info.includes('CLD_') && isOfSilent(ground, childIn(info))

const childIn = (info: string): number => Number(/\bsi_pid=(\d+)/.exec(info)?.[1] ?? 0)

function isOfSilent(ground: Ground, pid: number): boolean {
  const since = ground.evidence.silentSince(pid)
  if (since === undefined || ground.options.byHand === true || !ground.namesPids) return false
  ground.hides(SOME_PROCESSES)
  ground.assume(SOME_PROCESSES)
  ground.evidence.losesSight()
  ground.withdraw(({ line }) => line >= since)
  return true
}
