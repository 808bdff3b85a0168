import type { Argument, Step } from '../../model/program.ts'
import type { Syscall } from '../../model/syscall.ts'

/** Why the executor cannot make a call with these arguments; undefined when it can. */
export function whyNot({ params }: Syscall, args: Step['args']): string | undefined {
  for (const [param, { kind }] of Object.entries(params)) {
    const value: Argument = args[param]
    if (param === 'resource' && setsLimit(args) && ACTING.has(value as string))
      return 'the model keeps this limit without its effects'
    if (kind === 'lock' && value === null) return 'what F_GETLK asked is not known'
    if (kind === 'sigevent' && isThreadEvent(value)) return 'SIGEV_THREAD is the C library’s'
  }
  return undefined
}

/** Limits that end processes, or refuse them memory, in ways that the model does not follow. */
const ACTING: ReadonlySet<string> = new Set([
  ...['RLIMIT_AS', 'RLIMIT_DATA', 'RLIMIT_STACK', 'RLIMIT_FSIZE', 'RLIMIT_CPU', 'RLIMIT_RTTIME'],
])

const setsLimit = ({ newLimit, limit }: Step['args']): boolean => (newLimit ?? limit ?? null) !== null

const isThreadEvent = (event: Argument): boolean =>
  typeof event === 'object' && event !== null && 'notify' in event && event.notify === 'SIGEV_THREAD'
