import { fd } from '../../model/params.ts'
import { defineSyscall, fails, succeeds, type Call, type Syscall } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'

/** Calls without effect on the model that need their first argument to be open; there is no other reason for EBADF. */
const NEEDS_OPEN =
  /^(fstat|newfstatat|getdents64|fsync|fdatasync|fstatfs|connect|bind|listen|getsockname|getpeername|getsockopt|shutdown|fchmod|fchown)$/

/** All that is judged of such a call: whether the descriptor is one. A path alone (O_PATH) may not be enough for it. */
const onDescriptor = (name: string): Syscall =>
  defineSyscall({
    name,
    params: { fd: fd() },
    errors: ['EBADF'],
    source: `${name}(2), errors; fs/file.c fget()`,
    rule(kernel, caller, { fd }) {
      const description = kernel.fn.describedBy(kernel, caller, fd)
      if (description === 0) return fails('EBADF')
      if (kernel.descriptions.at(description).access === 'O_PATH')
        return { undecided: 'what may be done with a path alone', harmless: true }
      return succeeds(0)
    },
  })

const made = new Map<string, Syscall>()

function syscallOf(name: string): Syscall {
  let syscall = made.get(name)
  if (syscall === undefined) made.set(name, (syscall = onDescriptor(name)))
  return syscall
}

/** The call to judge in the place of one that is said to have failed with EBADF; undefined for all others. */
export function badDescriptorCall({ name, args, result }: CallInterval): Call | undefined {
  if (result?.kind !== 'error' || result.errno !== 'EBADF' || !NEEDS_OPEN.test(name)) return undefined
  const number = Number.parseInt(args)
  // A path from the root does not use it.
  if (Number.isNaN(number) || (name === 'newfstatat' && /^-?\d+(?:<[^>]*>)?, "\//.test(args))) return undefined
  return { syscall: syscallOf(name), args: { fd: number } }
}
