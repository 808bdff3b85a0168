import type { Kernel } from '../kernel.ts'
import { newFsContext } from '../state/open-files.ts'
import { newProcess } from '../state/processes.ts'
import { newThread, type Thread } from '../state/threads.ts'
import { blocksOn, fails, succeeds, type Answer, type Outcome } from '../syscall.ts'

/** What a clone shares with its maker, and in what it differs from a fork. Source: clone(2). */
export type CloneFlag =
  | 'CLONE_VM'
  | 'CLONE_VFORK'
  | 'CLONE_FILES'
  | 'CLONE_FS'
  | 'CLONE_SIGHAND'
  | 'CLONE_CLEAR_SIGHAND'
  | 'CLONE_SYSVSEM'
  | 'CLONE_THREAD'
  | 'CLONE_PARENT'

export type CloneFlags = ReadonlySet<CloneFlag>

export const FORK: CloneFlags = new Set()
export const VFORK: CloneFlags = new Set<CloneFlag>(['CLONE_VM', 'CLONE_VFORK'])

/** What a trace gives for the tid of a call that has made nothing. */
export const NOT_MADE = 0

/**
 * What fork and its relatives answer: the tid of what they make, `given` where a trace names it. With a signal to take,
 * or to stop, they may start again after it instead; a thread that is being killed makes nothing any more.
 * Source: clone(2); kernel/fork.c copy_process().
 */
export function cloneAnswer(
  kernel: Kernel,
  caller: Readonly<Thread>,
  flags: CloneFlags,
  exitSignal: number,
  given: number | undefined,
): Answer {
  if (caller.killed) return fails('EINTR')
  const tid = given ?? kernel.nextPid
  const { tid: maker } = caller
  const makes = succeeds(tid, (k) => k.fn.copyProcess(k, maker, flags, exitSignal, tid))
  if (!kernel.fn.isInterrupted(kernel, caller)) return given === NOT_MADE ? blocksOn(kernel.threads.key(maker)) : makes
  const startsAgain = (k: Kernel) => {
    const row = k.threads.edit(maker)
    row.restart = row.call
  }
  const again: Outcome = { result: 'ERESTARTNOINTR', effect: startsAgain }
  return given === NOT_MADE ? [again] : [...makes, again]
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
    mm: kernel.fn.copyMm(kernel, caller, tid, flags.has('CLONE_VM')),
    files: kernel.fn.copyFiles(kernel, caller, tid, flags.has('CLONE_FILES')),
    fs: kernel.fn.copyFs(kernel, caller, tid, flags.has('CLONE_FS')),
    undo: kernel.fn.copySemundo(kernel, caller, tid, flags.has('CLONE_SYSVSEM')),
  }
  const maker = kernel.threads.at(caller)
  const isThread = flags.has('CLONE_THREAD')
  const thread = kernel.threads.put(tid, newThread(tid, isThread ? maker.pid : tid, shares))
  thread.blocked = maker.blocked
  // The child of a fork inside a handler is inside it too.
  if (!kernel.fn.sharesStack(flags)) thread.frames = maker.frames
  if (isThread) kernel.fn.joinThreadGroup(kernel, tid)
  else kernel.fn.newChild(kernel, maker, tid, flags, exitSignal)
  if (flags.has('CLONE_VFORK')) {
    kernel.threads.edit(caller).vforkChild = tid
    kernel.threads.edit(tid).vforkParent = caller
  }
  return tid
}

/** It runs in its maker's memory beside it, so on another stack. */
export const sharesStack = (flags: CloneFlags): boolean => flags.has('CLONE_VM') && !flags.has('CLONE_VFORK')

/** One more thread of the process, which takes part in a stop under way. Source: kernel/signal.c task_join_group_stop(). */
export function joinThreadGroup(kernel: Kernel, tid: number): void {
  const process = kernel.processes.edit(kernel.threads.at(tid).pid)
  process.threads = [...process.threads, tid]
  process.live++
  if (process.stopSignal !== 0) process.toStop = [...process.toStop, tid]
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
  const sibling = flags.has('CLONE_PARENT')
  const parent = sibling ? from.parent : maker.tid
  kernel.processes.put(
    pid,
    newProcess(pid, {
      parent,
      exitSignal: sibling ? from.exitSignal : exitSignal,
      group: from.group,
      session: from.session,
      terminal: from.terminal,
      actions: flags.has('CLONE_CLEAR_SIGHAND') ? kernel.fn.flushedActions(from.actions) : from.actions,
      hasSubreaper: from.hasSubreaper || from.subreaper,
      limits: from.limits,
      privileged: from.privileged,
      rescheduled: from.rescheduled,
      readable: from.readable,
    }),
  )
  if (sibling && from.parentExeced) kernel.processes.edit(pid).parentExeced = true
  if (flags.has('CLONE_SIGHAND')) kernel.fn.shareHandlers(kernel, maker.pid, pid)
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
  if (!share) return kernel.fs.add(child, () => newFsContext(kernel.fs.at(fs).directory))
  kernel.fs.edit(fs).users++
  return fs
}

/** The parent of a vfork goes on: its child lets go of the address space. Source: vfork(2); kernel/fork.c mm_release(). */
export function releaseVforkParent(kernel: Kernel, tid: number): void {
  const { vforkParent } = kernel.threads.at(tid)
  if (vforkParent === 0) return
  kernel.threads.edit(tid).vforkParent = 0
  if (kernel.threads.get(vforkParent)?.vforkChild !== tid) return
  const parent = kernel.threads.edit(vforkParent)
  parent.vforkChild = 0
  parent.wokenInVain = false
}
