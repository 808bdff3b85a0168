import type { StitchEvent } from '../../strace/interval.ts'
import { unnamed } from '../../strace/lines.ts'
import { MAKES } from '../ahead.ts'

/** Times that go back so often are none of a clock that was set. */
const OFTEN = 4

/** So often another process is the next to begin a call, and none is found in the middle of one: nobody ever waited. */
const TURNS = 30

/** Seconds since the line before (-r) are fewer. */
const HOUR = 3600

/**
 * Calls are printed when they have ended, as strace does where their results decide whether they are (-e status=): their
 * times, which are those of their beginnings, go back again and again; or all calls stand on one line, and processes that
 * nobody had made were shown before the calls that make them, or many took turns.
 */
export function endsBeforeShown(prelude: readonly StitchEvent[]): boolean {
  const shown = new Set<number>()
  const made = new Set<number>()
  const [first] = prelude.flatMap(({ kind, pid }) => (kind === 'enter' ? [pid] : []))
  let early = 0
  let back = 0
  let apart = false
  let last = 0
  let turns = 0
  let turn = 0
  for (const event of prelude) {
    if (event.kind === 'message' || event.kind === 'stray') continue
    const { kind, pid } = event
    if (kind === 'enter' && pid !== turn) {
      turns++
      turn = pid
    }
    if (kind === 'exited' || kind === 'killed') {
      shown.delete(pid)
      made.delete(pid)
    } else shown.add(pid)
    if (kind === 'enter' && event.time !== undefined) {
      if (event.time < HOUR) back = -Infinity
      if (event.time < last) back++
      last = event.time
    }
    if (kind !== 'leave') continue
    const { name, result, enterLine, leaveLine } = event.call
    apart ||= leaveLine !== undefined && leaveLine > enterLine + 1 && !/^exit/.test(name)
    if (!MAKES.test(name) || result?.kind !== 'value') continue
    if (shown.has(result.value) && !made.has(result.value) && result.value !== first) early++
    made.add(result.value)
  }
  return back >= OFTEN || (!apart && (early > 1 || turns >= TURNS))
}

const OF_CHILD = /si_code=CLD_\w+/

/** A process has children, and no line shows that any was made, nor any of theirs (-e trace=!fork, no -f). */
export function hasChildrenUnmade(prelude: readonly StitchEvent[]): boolean {
  const shown = new Set<number>()
  let hasChild = false
  for (const event of prelude) {
    if (event.kind === 'message' || event.kind === 'stray') continue
    shown.add(event.pid)
    if (event.kind === 'enter' && MAKES.test(event.call.name)) return false
    if (event.kind === 'signal') hasChild ||= OF_CHILD.test(event.info)
    if (event.kind !== 'leave' || event.call.name !== 'wait4') continue
    hasChild ||= event.call.result?.kind === 'value' && event.call.result.value > 0
  }
  return hasChild && shown.size === 1
}

/** Calls that its maker goes on to make while a new task is seen to begin: strace has attached to it before it runs. */
const SOON = 30

/**
 * Processes or threads were made of which there is no line, though one was waited for, or gave the memory of a vfork back,
 * or there was time enough: the lines are those of some processes only, as where they were searched for a pid.
 */
export function actUnseen(prelude: readonly StitchEvent[]): boolean {
  const shown = new Set<number>()
  const calls = new Map<number, number>()
  const made = new Map<number, { readonly maker: number; readonly since: number }>()
  const gone = new Set<number>()
  for (const event of prelude) {
    if (event.kind === 'message' || event.kind === 'stray') continue
    const { pid: maker } = event
    if (maker === unnamed) return false
    shown.add(maker)
    if (event.kind === 'exited' || event.kind === 'killed') gone.add(maker)
    if (event.kind === 'enter') calls.set(maker, (calls.get(maker) ?? 0) + 1)
    if (event.kind !== 'leave' || event.call.result?.kind !== 'value') continue
    const { name, args, result } = event.call
    const isSilent = result.value > 0 && !shown.has(result.value)
    if (isSilent && name === 'wait4' && made.has(result.value)) return true
    if (!isSilent || !MAKES.test(name)) continue
    if (name === 'vfork' || args.includes('CLONE_VFORK')) return true
    made.set(result.value, { maker, since: calls.get(maker) ?? 0 })
  }
  return [...made].some(([pid, { maker, since }]) => {
    return !shown.has(pid) && (gone.has(maker) || (calls.get(maker) ?? 0) - since > SOON)
  })
}
