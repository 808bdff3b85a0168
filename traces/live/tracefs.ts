// The kernel's tracing file system, reached so that nothing of it stays behind.
import { spawnSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LacksMeans } from './means.ts'

const MOUNTED = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']

/** Instances of ours: whose they are is told by pid and start time. */
const NAME = /^lastrites-(\d+)-(\d+)$/

/** tracefs, as it is mounted, or mounted for this process alone. */
export interface Tracefs {
  readonly path: string
  close(): void
}

/**
 * Open tracefs. Where nobody has mounted it, it is mounted at a directory of our own and taken out of the tree of mounts
 * at once: a descriptor keeps it, and it goes with the process, however that ends.
 *
 * Errors: LacksMeans, for all but root, and where the kernel has no tracefs.
 */
export function openTracefs(): Tracefs {
  const mounted = MOUNTED.find((path) => canRead(join(path, 'instances')))
  if (mounted !== undefined) return { path: mounted, close: () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'lastrites-tracefs-'))
  try {
    const { status, stderr, error } = spawnSync('mount', ['-t', 'tracefs', 'none', folder], { encoding: 'utf8' })
    if (error !== undefined || status !== 0) throw lacking(error?.message ?? stderr.trim())
    try {
      const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
      return { path: `/proc/self/fd/${fd}`, close: () => closeSync(fd) }
    } finally {
      spawnSync('umount', ['-l', folder])
    }
  } finally {
    rmdirSync(folder)
  }
}

const lacking = (why: string): LacksMeans =>
  new LacksMeans(
    `the second witness needs the kernel's tracefs, which cannot be had here: ${why.split('\n')[0] ?? ''}. It takes root ` +
      '(CAP_SYS_ADMIN), and a kernel with CONFIG_FTRACE',
  )

function canRead(folder: string): boolean {
  try {
    readdirSync(folder)
    return existsSync(join(folder, '../events'))
  } catch {
    return false
  }
}

/** The name of an instance of this process. */
export const instanceName = (): string => `lastrites-${process.pid}-${startOf(process.pid) ?? 0}`

/** Instances whose process is gone: it was killed before it could remove them. */
export function staleInstances({ path }: Tracefs): string[] {
  return readdirSync(join(path, 'instances')).filter((name) => {
    const [, pid, start] = NAME.exec(name) ?? []
    return pid !== undefined && startOf(Number(pid)) !== start
  })
}

/** Remove them. One that a process of another pid namespace reads is busy, and stays. */
export function removeStale(tracefs: Tracefs): void {
  for (const name of staleInstances(tracefs)) {
    try {
      rmdirSync(join(tracefs.path, 'instances', name))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && (error.code === 'EBUSY' || error.code === 'ENOENT')))
        throw error
    }
  }
}

/** When a process began, in ticks since boot; undefined when there is none. Source: proc_pid_stat(5). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
