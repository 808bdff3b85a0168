import { descriptionOf } from '../../model/functions/files.ts'
import type { Kernel } from '../../model/kernel.ts'
import { answer, isUndecided, type Call } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import { describeCall, ruleOf } from './describe.ts'
import type { Ground } from './ground.ts'

/** The status flags that calls which are followed decide. Source: include/uapi/asm-generic/fcntl.h. */
const NAMES = { O_APPEND: 0o2000, O_NONBLOCK: 0o4000 } as const

/** Calls that change them. */
const CHANGES: ReadonlySet<string> = new Set(['fcntl(F_SETFL)', 'ioctl(FIONBIO)'])

/**
 * F_GETFL of a file of a kind that the model does not follow has come back: the flags that only F_SETFL changes are known
 * all the same. Where another call changes them meanwhile nothing is said.
 */
export function judgeBits(ground: Ground, tid: number, interval: CallInterval, call: Call): void {
  const { result, enterLine, leaveLine } = interval
  if (result?.kind !== 'value' || enterLine !== leaveLine || ground.isHidden()) return
  const isChanging = ground.open
    .all()
    .some(({ tid: other, open }) => other !== tid && CHANGES.has(open.call.syscall.hashAs))
  if (isChanging) return
  let shown: string | undefined
  for (const kernel of ground.follower.states) {
    const bits = bitsOf(kernel, tid, call)
    if (bits === undefined || (result.value & bits.among) === bits.set) return
    shown = `${call.syscall.name} = flags ${inWords(bits.set)}`
  }
  const kernel = ground.state()
  const slot = kernel.fn.slotOf(kernel, kernel.threads.at(tid), call.args.fd as number)
  const keys = [kernel.descriptions.key(descriptionOf(slot))]
  ground.violate(enterLine, tid, describeCall(interval), [shown!], keys, ruleOf(call.syscall))
}

function bitsOf(kernel: Kernel, tid: number, call: Call): { readonly among: number; readonly set: number } | undefined {
  const thread = kernel.threads.get(tid)
  const answered = thread === undefined ? undefined : answer(kernel, thread, call)
  return answered !== undefined && isUndecided(answered) ? answered.bits : undefined
}

const inWords = (set: number): string =>
  Object.entries(NAMES)
    .map(([name, bit]) => `${(set & bit) === 0 ? 'without' : 'with'} ${name}`)
    .join(' and ')
