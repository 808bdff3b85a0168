import { signalNumber } from '../../model/signals.ts'
import { numberNamed } from '../strace/constants.ts'

/** Names that strace prints as numbers' names nowhere, and so no capture needs. Source: the kernel's include/uapi/. */
const MORE: Readonly<Record<string, number>> = {
  LOCK_MAND: 32,
  LOCK_READ: 64,
  LOCK_WRITE: 128,
  MAP_SHARED_VALIDATE: 3,
  MAP_32BIT: 64,
  TOSTOP: 0o400,
  AT_SYMLINK_NOFOLLOW: 0x100,
  CLONE_CLEAR_SIGHAND: 0x1_0000_0000,
  AF_UNIX: 1,
  SHUT_RD: 0,
  SHUT_WR: 1,
  SHUT_RDWR: 2,
  MSG_NOSIGNAL: 0x4000,
  MSG_DONTWAIT: 0x40,
}

/** The number of a name, on x86-64 Linux. Errors: throws when no table has it, which a test rules out. */
export function numberOfWord(word: string): number {
  const number = numberNamed(word) ?? MORE[word] ?? signalNumber(word)
  if (number === undefined) throw new Error(`no number is known for ${word}`)
  return number
}

/** The bits of a set of flags. */
export const bitsOf = (flags: ReadonlySet<string>): number =>
  [...flags].reduce((bits, flag) => Number(BigInt(bits) | BigInt(numberOfWord(flag))), 0)

const ERRNO_NUMBERS = {
  EPERM: 1, ENOENT: 2, ESRCH: 3, EINTR: 4, EIO: 5, ENXIO: 6, E2BIG: 7, ENOEXEC: 8, EBADF: 9, ECHILD: 10, EAGAIN: 11,
  ENOMEM: 12, EACCES: 13, EFAULT: 14, ENOTBLK: 15, EBUSY: 16, EEXIST: 17, EXDEV: 18, ENODEV: 19, ENOTDIR: 20,
  EISDIR: 21, EINVAL: 22, ENFILE: 23, EMFILE: 24, ENOTTY: 25, ETXTBSY: 26, EFBIG: 27, ENOSPC: 28, ESPIPE: 29,
  EROFS: 30, EMLINK: 31, EPIPE: 32, EDOM: 33, ERANGE: 34, EDEADLK: 35, ENAMETOOLONG: 36, ENOLCK: 37, ENOSYS: 38,
  ENOTEMPTY: 39, ELOOP: 40, ENOMSG: 42, EIDRM: 43, EOVERFLOW: 75, ENOTSOCK: 88, EMSGSIZE: 90, EPROTONOSUPPORT: 93, ESOCKTNOSUPPORT: 94,
  EOPNOTSUPP: 95, EADDRINUSE: 98, ECONNRESET: 104, ENOTCONN: 107, ETOOMANYREFS: 109, ETIMEDOUT: 110, ECONNREFUSED: 111,
  EDQUOT: 122,
} as const // prettier-ignore

const ERRNO_NAMES = new Map<number, string>(Object.entries(ERRNO_NUMBERS).map(([name, number]) => [number, name]))

/** The name of an error number; `ERRNO_517` for one without. */
export const errnoName = (number: number): string => ERRNO_NAMES.get(number) ?? `ERRNO_${number}`

/** The highest error number: results from -4095 to -1 are errors. Source: include/linux/err.h MAX_ERRNO. */
export const MAX_ERRNO = 4095
