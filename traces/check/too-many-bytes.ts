import type { Call } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import { describeCall, ruleOf } from './describe.ts'
import type { Ground } from './ground.ts'

const MOVES: ReadonlySet<string> = new Set(['read', 'pread64', 'write', 'pwrite64'])

/** How many bytes the call asked for, by its last argument or the one before the offset. */
function askedBy(name: string, args: string): number {
  const end = name.startsWith('p') ? args.lastIndexOf(', ') : args.length
  return Number(args.slice(args.lastIndexOf(', ', end - 1) + 2, end))
}

/** No file, of whatever kind, gives or takes more bytes than were asked for. Source: read(2), write(2); fs/read_write.c vfs_read(). */
export function judgeBytes(ground: Ground, tid: number, interval: CallInterval, { syscall }: Call): void {
  const { name, args, result, enterLine, leaveLine } = interval
  if (result?.kind !== 'value' || !MOVES.has(name)) return
  const asked = askedBy(name, args)
  if (!(result.value > asked) || ground.isFiltered(tid)) return
  const allowed = `${name} = at most ${asked}`
  ground.violate(leaveLine ?? enterLine, tid, describeCall(interval), [allowed], [], ruleOf(syscall))
}
