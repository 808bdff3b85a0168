import type { Kernel } from '../kernel.ts'
import { newProcess } from '../state/processes.ts'
import { newThread, type Thread } from '../state/threads.ts'

/** What a clone shares with its maker. Source: clone(2). */
export interface CloneFlags {
  readonly CLONE_VM: boolean
  readonly CLONE_VFORK: boolean
  readonly CLONE_FILES: boolean
  readonly CLONE_FS: boolean
  readonly CLONE_SYSVSEM: boolean
  readonly CLONE_THREAD: boolean
  readonly CLONE_PARENT: boolean
}

export const FORK: CloneFlags = {
  CLONE_VM: false,
  CLONE_VFORK: false,
  CLONE_FILES: false,
  CLONE_FS: false,
  CLONE_SYSVSEM: false,
  CLONE_THREAD: false,
  CLONE_PARENT: false,
}

/**
 * Make a process, or with CLONE_THREAD a thread. Returns its tid, which is `given` where a trace names it.
 * Source: fork(2), clone(2); kernel/fork.c copy_process().
 */
export function copyProcess(
  kernel: Kernel,
  caller: number,
  flags: CloneFlags,
  exitSignal: number,
  given?: number,
): number {
  const tid = given ?? kernel.nextPid
  kernel.nextPid = Math.max(kernel.nextPid, tid + 1)
  const shares = {
    mm: kernel.fn.copyMm(kernel, caller, tid, flags.CLONE_VM),
    files: kernel.fn.copyFiles(kernel, caller, tid, flags.CLONE_FILES),
    fs: kernel.fn.copyFs(kernel, caller, tid, flags.CLONE_FS),
    undo: kernel.fn.copySemundo(kernel, caller, tid, flags.CLONE_SYSVSEM),
  }
  const parent = kernel.threads.at(caller)
  if (flags.CLONE_THREAD) {
    kernel.threads.put(tid, { ...newThread(tid, parent.pid, shares), blocked: parent.blocked })
    const process = kernel.processes.edit(parent.pid)
    process.threads = [...process.threads, tid]
    process.live++
    return tid
  }
  kernel.threads.put(tid, { ...newThread(tid, tid, shares), blocked: parent.blocked })
  kernel.fn.newChild(kernel, parent, tid, flags, exitSignal)
  if (flags.CLONE_VFORK) {
    kernel.threads.edit(caller).vforkChild = tid
    kernel.threads.edit(tid).vforkParent = caller
  }
  return tid
}

/** The process side of a fork: parent, group, session, terminal, dispositions. */
export function newChild(
  kernel: Kernel,
  maker: Readonly<Thread>,
  pid: number,
  flags: CloneFlags,
  exitSignal: number,
): void {
  const from = kernel.processes.at(maker.pid)
  const parent = flags.CLONE_PARENT ? from.parent : maker.tid
  kernel.processes.put(pid, {
    ...newProcess(pid, {
      parent,
      exitSignal: flags.CLONE_PARENT ? from.exitSignal : exitSignal,
      group: from.group,
      session: from.session,
      terminal: from.terminal,
      actions: from.actions,
      hasSubreaper: from.hasSubreaper || from.subreaper,
      limits: from.limits,
    }),
  })
  kernel.fn.joinGroup(kernel, pid, from.group)
  kernel.fn.joinSession(kernel, pid, from.session)
  const row = kernel.threads.edit(parent)
  row.children = [...row.children, pid]
}

/** Source: fork(2); fs/file.c dup_fd(), kernel/fork.c copy_files(). */
export function copyFiles(kernel: Kernel, caller: number, child: number, share: boolean): number {
  const { files } = kernel.threads.at(caller)
  if (!share) return kernel.fn.dupFd(kernel, child, files)
  kernel.files.edit(files).users++
  return files
}

export function copyFs(kernel: Kernel, caller: number, child: number, share: boolean): number {
  const { fs } = kernel.threads.at(caller)
  if (!share) return kernel.fs.add(child, () => ({ users: 1 }))
  kernel.fs.edit(fs).users++
  return fs
}

/** The parent of a vfork goes on: its child lets go of the address space. Source: vfork(2); kernel/fork.c mm_release(). */
export function releaseVforkParent(kernel: Kernel, tid: number): void {
  const { vforkParent } = kernel.threads.at(tid)
  if (vforkParent === 0) return
  kernel.threads.edit(tid).vforkParent = 0
  if (kernel.threads.get(vforkParent)?.vforkChild === tid) kernel.threads.edit(vforkParent).vforkChild = 0
}
