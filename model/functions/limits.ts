import type { Kernel } from '../kernel.ts'
import type { LimitRequest } from '../params.ts'
import { DEFAULT_LIMITS, type Limits } from '../state/processes.ts'
import { fails, succeeds, type Answer } from '../syscall.ts'

/** The resources of getrlimit(2), each by the field that follows it, or null when the model does not. */
const RESOURCES = {
  RLIMIT_NOFILE: 'NOFILE',
  RLIMIT_MEMLOCK: 'MEMLOCK',
  RLIMIT_SIGPENDING: 'SIGPENDING',
  RLIMIT_NPROC: 'NPROC',
  RLIMIT_FSIZE: 'FSIZE',
  RLIMIT_AS: null,
  RLIMIT_CORE: null,
  RLIMIT_CPU: null,
  RLIMIT_DATA: null,
  RLIMIT_LOCKS: null,
  RLIMIT_MSGQUEUE: null,
  RLIMIT_NICE: null,
  RLIMIT_RSS: null,
  RLIMIT_RTPRIO: null,
  RLIMIT_RTTIME: null,
  RLIMIT_STACK: null,
} as const satisfies Record<string, keyof Limits | null>

export type Resource = keyof typeof RESOURCES

export const RESOURCE_NAMES = Object.keys(RESOURCES) as Resource[]

/**
 * Ask for a limit of a process, and set it unless `request` is null; `name` is that of the out-parameter for the old one.
 *
 * Only soft limits are kept. RLIMIT_NOFILE acts on descriptors, RLIMIT_MEMLOCK on memory locks of whoever is not root
 * (CAP_IPC_LOCK), RLIMIT_FSIZE on the size of files, RLIMIT_SIGPENDING on signals that are queued. RLIMIT_NPROC is kept
 * without effect, for it does not stop root. Of a limit that is still as the first process found it nothing is told, for that is the
 * world's affair.
 * Source: getrlimit(2); kernel/sys.c do_prlimit().
 */
export function changeLimit(
  kernel: Kernel,
  pid: number,
  resource: Resource,
  request: LimitRequest | null,
  name: string | null,
): Answer {
  if (request !== null && request.soft > request.hard) return fails('EINVAL')
  const field = RESOURCES[resource]
  const old = field === null ? undefined : kernel.processes.at(pid).limits[field]
  const known = field !== null && name !== null && old !== DEFAULT_LIMITS[field] && old !== Infinity
  const out = known ? { [name]: { rlim_cur: old } } : undefined
  if (request === null || field === null) return succeeds(0, undefined, out)
  const { soft } = request
  return succeeds(
    0,
    (k) => {
      const process = k.processes.edit(pid)
      process.limits = { ...process.limits, [field]: soft }
    },
    out,
  )
}
