import { addProcess } from '../../model/boot.ts'
import { makeSlot } from '../../model/functions/files.ts'
import { isExiting } from '../../model/functions/signals.ts'
import type { Kernel } from '../../model/kernel.ts'
import { takeEffect } from '../../model/moves.ts'
import { answer, isBlocked, isUndecided, type Call } from '../../model/syscall.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { moveTo } from './directories.ts'
import { OUTSIDE, unlimited } from './world.ts'

/** A process of which the capture does not show how it was made, or not yet. */
export function adopt(kernel: Kernel, tid: number): void {
  if (isBorn(kernel, tid)) return
  addProcess(kernel, tid, OUTSIDE)
  kernel.processes.edit(tid).limits = unlimited
  moveTo(kernel, tid, undefined)
  kernel.nextPid = Math.max(kernel.nextPid, tid + 1)
}

/** The call that makes it has begun, and so it has had its effect. */
function isBorn(kernel: Kernel, tid: number): boolean {
  const maker = kernel.threads.rows().find(({ state, call }) => state === 'in-call' && call?.given === tid)
  if (maker === undefined) return false
  const outcomes = answer(kernel, maker, maker.call!)
  if (isUndecided(outcomes) || isBlocked(outcomes)) revive(kernel, maker.tid)
  else takeEffect(kernel, maker.tid, outcomes[0]!)
  return kernel.threads.has(tid)
}

/** Nothing has stopped the process or killed it after all, unless nobody of it is left to go on. */
export function spare(kernel: Kernel, pid: number): void {
  if (kernel.processes.at(pid).threads.every((tid) => isExiting(kernel.threads.at(tid)))) return
  const process = kernel.processes.edit(pid)
  if (process.state === 'stopped' || process.groupExit >= 0) process.state = 'running'
  process.groupExit = -1
  process.stopSignal = 0
  process.toStop = []
  process.untold = 'none'
  for (const tid of process.threads) {
    const { killed, doom } = kernel.threads.at(tid)
    if (killed) kernel.threads.edit(tid).killed = false
    if (doom !== 0) kernel.threads.edit(tid).doom = 0
  }
}

/** The thread goes on in user mode, whatever the model held against it. */
export function revive(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.get(tid)
  if (thread === undefined || thread.state === 'dead' || thread.state.startsWith('exiting')) {
    return
  }
  kernel.fn.leaveCall(kernel, tid)
  spare(kernel, thread.pid)
  const row = kernel.threads.edit(tid)
  row.state = 'running'
  row.call = null
  row.result = null
  row.killed = false
  row.vforkChild = 0
  row.due = false
}

/** What a call surely did, of which the model does not see how it could. */
export function takeResult(kernel: Kernel, tid: number, { syscall, args }: Call, result: SeenResult): void {
  const thread = kernel.threads.get(tid)
  if (thread === undefined || result.kind !== 'value') return
  if (syscall.makes === 'fd') {
    if (kernel.fn.slotOf(kernel, thread, result.value) !== 0) return
    const inode = kernel.fn.newInode(kernel, thread.pid, { kind: 'opaque' })
    const description = kernel.fn.newDescription(kernel, thread.pid, { inode, access: 'O_RDWR', kind: 'opaque' })
    const flags = (args as { flags?: ReadonlySet<string> }).flags
    const cloexec = flags !== undefined && [...flags].some((flag) => flag.endsWith('_CLOEXEC'))
    kernel.fn.setSlot(kernel, thread.files, result.value, makeSlot(description, cloexec))
  }
}
