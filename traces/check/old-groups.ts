import type { CallInterval } from '../strace/interval.ts'
import type { Ground } from './ground.ts'
import { OUTSIDE } from './world.ts'

/**
 * A process has joined a group that the capture has not shown: it is the one in which the capture began, if that has not
 * been named yet; of any other nothing is known.
 */
export function noteOldGroup(ground: Ground, tid: number, { args, result, enterLine }: CallInterval): void {
  const group = Number(args.split(', ')[1])
  if (result?.kind !== 'value' || !(group > 0) || ground.naming.known(group) !== undefined) return
  const { threads, processes } = ground.state()
  const outside = processes.get(OUTSIDE)
  if (outside === undefined) return
  const isAtHome = processes.get(threads.get(tid)?.pid ?? 0)?.session === outside.session
  if (isAtHome && ground.naming.agreesOnGroup(group, outside.group)) return
  ground.leaveOpen(enterLine, `setpgid to a group that was there before the capture`, tid)
}
