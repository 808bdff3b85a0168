import { SIGCHLD } from '../../../model/signals.ts'
import type { StitchEvent } from '../../strace/interval.ts'

/** Threads exit, and none has called exit or exit_group: a call without a result is not shown. */
export function endsUnasked(prelude: readonly StitchEvent[]): boolean {
  if (!prelude.some(({ kind }) => kind === 'exited')) return false
  return !showsExit(prelude)
}

/** Processes of which lines are shown are waited for and have ended so, and no line tells of the end of any. */
export function endsUntold(prelude: readonly StitchEvent[], ended: RegExp): boolean {
  const shown = new Set<number>()
  let isWaited = false
  for (const event of prelude) {
    if (event.kind === 'exited' || event.kind === 'killed') return false
    if (event.kind !== 'message') shown.add(event.pid)
    if (event.kind !== 'leave' || !event.call.name.startsWith('wait')) continue
    const { args, result } = event.call
    isWaited ||= result?.kind === 'value' && shown.has(result.value) && ended.test(args)
  }
  return isWaited
}

export const showsExit = (prelude: readonly StitchEvent[]): boolean =>
  prelude.some((event) => event.kind === 'enter' && /^exit(_group)?$/.test(event.call.name))

export const showsSigchld = (prelude: readonly StitchEvent[]): boolean =>
  prelude.some((event) => event.kind === 'signal' && event.signal === SIGCHLD)

/** A parent is told of a death by a signal that is not shown, though others are. */
export function diesUnseen(prelude: readonly StitchEvent[]): boolean {
  if (!prelude.some(({ kind }) => kind === 'exited')) return false
  const dead = new Set(prelude.flatMap(({ kind, pid }) => (kind === 'killed' || kind === 'exited' ? [pid] : [])))
  const shown = new Set(prelude.map(({ pid }) => pid))
  const toldOf = (event: StitchEvent) =>
    event.kind === 'signal' && /si_code=CLD_(KILLED|DUMPED), si_pid=(\d+)/.exec(event.info)?.[2]
  const last = new Map(prelude.map((event, index) => [event.pid, index]))
  return prelude.some((event, index) => {
    const child = Number(toldOf(event) || -1)
    if (shown.has(child) && !dead.has(child) && last.get(child)! < index) return true
    if (event.kind !== 'leave' || !event.call.name.startsWith('wait')) return false
    const { args, result } = event.call
    if (result?.kind !== 'value' || !/WTERMSIG\(s\) == SIG(?!KILL)/.test(args)) return false
    return shown.has(result.value) && !dead.has(result.value)
  })
}
