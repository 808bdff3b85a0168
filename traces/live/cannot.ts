import type { Argument, Step } from '../../model/program.ts'
import type { Syscall } from '../../model/syscall.ts'

/** Calls that the executor does not make, by name, each with the reason. Generated programs are drawn without them. */
export const CANNOT: Readonly<Record<string, string>> = {
  sem_open: 'named semaphores are the C library’s, and the workers run without one',
  sem_close: 'named semaphores are the C library’s, and the workers run without one',
  sem_post: 'named semaphores are the C library’s, and the workers run without one',
  sem_wait: 'named semaphores are the C library’s, and the workers run without one',
  sem_trywait: 'named semaphores are the C library’s, and the workers run without one',
  sem_unlink: 'named semaphores are the C library’s, and the workers run without one',
}

/** Why the executor cannot make a call with these arguments; undefined when it can. */
export function whyNot({ hashAs, name, params }: Syscall, args: Step['args']): string | undefined {
  const reason = CANNOT[hashAs] ?? CANNOT[name]
  if (reason !== undefined) return reason
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
