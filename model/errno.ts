/** Error names of Linux; EWOULDBLOCK is EAGAIN. Source: errno(3). */
export const ERRNOS = [
  'E2BIG', 'EACCES', 'EADDRINUSE', 'EAGAIN', 'EBADF', 'EBUSY', 'ECHILD', 'ECONNREFUSED', 'ECONNRESET', 'EDEADLK',
  'EDQUOT', 'EEXIST', 'EFAULT', 'EFBIG', 'EIDRM', 'EINTR', 'EINVAL', 'EIO', 'EISDIR', 'ELOOP', 'EMFILE', 'EMSGSIZE',
  'ENAMETOOLONG', 'ENFILE', 'ENODEV', 'ENOENT', 'ENOEXEC', 'ENOLCK', 'ENOMEM', 'ENOMSG', 'ENOSPC', 'ENOSYS',
  'ENOTDIR', 'ENOTEMPTY', 'ENOTCONN', 'ENOTSOCK', 'ETOOMANYREFS', 'ENOTTY', 'ENXIO', 'EOPNOTSUPP', 'EOVERFLOW', 'EPERM', 'EPIPE', 'EPROTONOSUPPORT', 'ERANGE', 'EROFS', 'ESOCKTNOSUPPORT', 'ESPIPE', 'ESRCH',
  'ETIMEDOUT', 'ETXTBSY', 'EXDEV',
] as const // prettier-ignore

export type Errno = (typeof ERRNOS)[number]

const KNOWN: ReadonlySet<string> = new Set(ERRNOS)

export const isErrno = (name: string): name is Errno => KNOWN.has(name)
