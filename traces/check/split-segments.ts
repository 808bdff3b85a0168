import { endOf, mappingsIn, pageAlign } from '../../model/functions/mappings.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Ground } from './ground.ts'

/** Calls that may treat a part of a mapping otherwise than the rest, and so make several of it. */
const SPLITS = /^(mprotect|pkey_mprotect|madvise|mbind|mremap|mlock|mlock2|munlock|remap_file_pages)$/

/**
 * Each part of an attach that is split counts in shm_nattch from then on, and whoever splits it is shm_lpid, which the
 * model does not follow. Source: shmctl(2); mm/vma.c split_vma(), ipc/shm.c shm_open().
 */
export function noteSplit(ground: Ground, tid: number, { name, args, result, enterLine }: CallInterval): void {
  if (!SPLITS.test(name) || result?.kind !== 'value') return
  const kernel = ground.state()
  const mm = kernel.threads.get(tid)?.mm ?? 0
  const [first, second] = args.split(', ', 2)
  const from = Number(first)
  const length = pageAlign(Number(second))
  if (mm === 0 || Number.isNaN(from) || Number.isNaN(length)) return
  const isWhole = (address: number, end: number) => name !== 'mremap' && from <= address && end <= from + length
  const parts = mappingsIn(kernel, mm, from, from + length)
  if (!parts.some((part) => part.kind === 'shm' && !isWhole(part.address, endOf(part)))) return
  ground.leaveOpen(enterLine, `${name} of a part of an attached segment`, tid)
}
