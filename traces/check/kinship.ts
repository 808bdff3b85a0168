import type { Kernel } from '../../model/kernel.ts'
import type { SignalAction } from '../../model/state/signals.ts'
import type { Call } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { waitStatusOf, type Field } from '../strace/values.ts'
import { describeCall } from './describe.ts'
import type { Ground } from './ground.ts'

const WAITED = { rule: 'model/syscalls/wait4.ts', source: 'wait4(2); kernel/exit.c wait_task_zombie()' }

/** What stands whether or not the model explains it. */
export function noteEvidence(
  ground: Ground,
  tid: number,
  { syscall, args, given }: Call,
  interval: CallInterval,
  fields: readonly Field[],
): void {
  const { families } = ground
  const { result, leaveLine, enterLine } = interval
  const line = leaveLine ?? enterLine
  const process = ground.state().threads.get(tid)?.pid ?? tid
  if (syscall.name === 'wait4' && !families.isCareless(process) && !families.mayIgnoreDeaths(process)) {
    const { pid, options } = args as { pid: number; options: ReadonlySet<string> }
    const isNone = result?.kind === 'error' ? result.errno === 'ECHILD' : result?.kind === 'value' && result.value === 0
    const isPlain = (pid === -1 || pid > 0) && ![...options].some((option) => option.startsWith('__'))
    if (isNone && isPlain && ground.isWhole(process)) {
      const found = ground.evidence.foundNone(process, pid, result!.kind === 'error' ? 'ECHILD' : 0, enterLine)
      ground.contradict(line, tid, describeCall(interval), found, WAITED)
    }
  }
  // The child is gone even where there is no place for its status.
  const isLost = result?.kind === 'error' ? result.errno === 'EFAULT' : syscall.name === 'waitid'
  if (isLost && syscall.name.startsWith('wait')) ground.evidence.waitedUnseen(process)
  if (result?.kind !== 'value' || result.value <= 0) return
  if (syscall.makes === 'thread') ground.evidence.threads(process)
  if (
    syscall.makes === 'process' &&
    given !== undefined &&
    !/CLONE_(PARENT|UNTRACED|NEWPID|FILES)\b/.test(interval.args) &&
    (interval.name.endsWith('fork') || interval.args.includes('SIGCHLD'))
  )
    ground.evidence.born(process, given, result.value, line)
  if (syscall.name !== 'wait4') return
  const child = ground.naming.known(result.value)
  const status = fields[1] && waitStatusOf(fields[1].value)
  const found = child === undefined ? undefined : ground.evidence.waited(process, child, status, line)
  ground.contradict(line, tid, describeCall(interval), found, WAITED)
}

/** What a call that is explained tells of parents and children, and of offsets. */
export function noteFamily(ground: Ground, tid: number, { syscall, args, given }: Call, result: SeenResult): void {
  const { families, naming } = ground
  if (result.kind !== 'value') return
  if (syscall.makes === 'fd') {
    if (/^open/.test(syscall.name)) ground.offsets.opened(ground, tid, result.value, args.pathname)
    else if (!/^(dup|fcntl)/.test(syscall.name)) ground.offsets.received(ground, tid, result.value)
    // What is written there names eventfds that the kernel writes to. Source: Documentation/admin-guide/cgroup-v1/cgroups.rst.
    if (String(args.pathname).endsWith('cgroup.event_control')) ground.counts.stop()
    if (syscall.name.startsWith('eventfd')) ground.counts.made(ground, tid, result.value, args)
  }
  if (syscall.form?.startsWith('PR_SET_') === true) ground.setters.set(ground, tid, syscall.form)
  if (syscall.form?.startsWith('F_SETLK') === true) ground.lockers.add(ground.state().threads.at(tid).files)
  if (syscall.makes === 'process' && given !== undefined) families.born(tid, given)
  else if (syscall.name === 'wait4' && result.value > 0)
    families.waited(ground.state(), ground.state().threads.at(tid).pid, naming.known(result.value) ?? 0)
  else if (syscall.name === 'rt_sigaction')
    families.acts(ground.state().threads.at(tid).pid, args.sig as number, args.act as SignalAction | null)
}

/** Whether what is known of parents and children forbids a result, in whatever order hidden steps are taken. */
export function isRefuted(
  ground: Ground,
  states: readonly Kernel[],
  tid: number,
  call: Call,
  { result, enterLine }: CallInterval,
  fields: readonly Field[],
): boolean {
  const { families, naming } = ground
  if (ground.isHidden() || result === undefined) return false
  const { name } = call.syscall
  if (name === 'kill')
    return result.kind === 'error' && result.errno === 'ESRCH' && families.refutesAbsence(states, tid, call.args.pid)
  const seen = { result, status: fields[1]?.value, since: enterLine }
  return families.refutesWait(states, tid, call, seen, (pid) => naming.known(pid))
}
