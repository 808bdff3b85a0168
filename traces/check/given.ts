import { NOT_MADE } from '../../model/functions/fork.ts'
import type { Syscall } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Naming } from '../strace/naming.ts'
import type { Field } from '../strace/values.ts'
import { respell } from './respell.ts'

/** The identifier that Linux picked for what the call makes, known from the line on which it returns. */
export function givenBy(naming: Naming, syscall: Syscall, interval: CallInterval): number | undefined {
  const { result } = interval
  const makesTask = isMaker(syscall)
  if (makesTask && (result === undefined || result.kind === 'none')) return naming.expect()
  if (makesTask) return result?.kind === 'value' && result.value > 0 ? naming.fresh(result.value) : NOT_MADE
  if (result?.kind !== 'value') return undefined
  if (syscall.name.startsWith('accept')) return result.value
  if (syscall.form === 'TIOCGPTN') return shownNumber(interval)
  if (syscall.name === 'recvmsg') return rightsIn(respell(interval.name, interval.args).fields)
  return syscall.makes === 'mapping' ? result.value : undefined
}

/** The call makes a process or a thread. */
export const isMaker = ({ makes }: Syscall): boolean => makes === 'process' || makes === 'thread'

/** The number behind the last pointer of a call: `[3]`. */
function shownNumber({ args }: CallInterval): number | undefined {
  const shown = /\[(\d+)\]$/.exec(args)?.[1]
  return shown === undefined ? undefined : Number(shown)
}

/** How many descriptors came with a message. */
function rightsIn(fields: readonly Field[]): number {
  const fds = fields[1]?.value
  return fds?.kind === 'array' ? fds.items.length : 0
}
