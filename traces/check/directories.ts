import type { Kernel } from '../../model/kernel.ts'
import { newFsContext } from '../../model/state/open-files.ts'
import type { Syscall } from '../../model/syscall.ts'
import type { Ground } from './ground.ts'

/** Before a path of which it is not known where it starts; no path in a trace begins so. */
const SOMEWHERE = '\0'

/** A path of steps that is not followed any more once it is as long as none may be. Source: limits.h PATH_MAX. */
const LONGEST = 4096

/** The thread, and whoever shares its fs_struct, is in another directory; undefined is one that is not known. */
export function moveTo(kernel: Kernel, tid: number, directory: string | undefined): void {
  const { fs } = kernel.threads.at(tid)
  if (fs === 0) return
  const row = kernel.fs.edit(fs)
  row.moves++
  const path = directory === undefined ? undefined : within(row.directory, directory)
  row.directory = path !== undefined && path.length < LONGEST ? path : `${SOMEWHERE}${fs}.${row.moves}/`
}

/** The thread shares its working directory with nobody any more. Source: unshare(2) CLONE_FS. */
export function leaveFs(kernel: Kernel, tid: number): void {
  const { fs } = kernel.threads.at(tid)
  if (fs === 0 || kernel.fs.at(fs).users === 1) return
  const { directory } = kernel.fs.at(fs)
  kernel.fs.edit(fs).users--
  kernel.threads.edit(tid).fs = kernel.fs.add(kernel.threads.at(tid).pid, () => newFsContext(directory))
}

const within = (directory: string, path: string): string => (path.startsWith('/') ? path : `${directory}${path}`)

/** Arguments of a call with each relative path as it is from the directory in which the capture began. */
export function fromTheBeginning(
  ground: Ground,
  tid: number,
  { params }: Syscall,
  args: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const directory = ground.hasMoved ? directoryOf(ground, tid) : ''
  if (directory === '') return args
  const moved = { ...args }
  for (const [name, param] of Object.entries(params)) {
    const isFile = param.kind === 'path' && (param.space === 'file' || param.space === 'fifo')
    if (isFile && typeof args[name] === 'string') moved[name] = within(directory, args[name])
  }
  return moved
}

/** Of a thread whose first line comes before that of its making, it is its maker's. */
function directoryOf(ground: Ground, tid: number): string {
  const kernel = ground.state()
  const thread = kernel.threads.get(tid) ?? kernel.threads.get(makerOf(ground, tid))
  return thread === undefined || thread.fs === 0 ? '' : kernel.fs.at(thread.fs).directory
}

function makerOf(ground: Ground, tid: number): number {
  return ground.open.all().find(({ open }) => open.call.given === tid)?.tid ?? 0
}
