import type { Kernel } from '../../model/kernel.ts'
import { SIGNALS, signalName } from '../../model/signals.ts'
import type { Thread } from '../../model/state/threads.ts'
import type { ExitedLine, KilledLine } from '../strace/lines.ts'
import type { Ground } from './ground.ts'
import { diesAgain } from './namesakes.ts'

const ENDED = {
  rule: 'model/functions/signals.ts groupExit()',
  source: 'exit_group(2), wait(2); kernel/exit.c do_group_exit()',
}

/** The bit of a wait status that says that memory was dumped. */
const CORE = 0x80

/** A thread is dead. */
export function seeDeath(ground: Ground, line: ExitedLine | KilledLine): void {
  const word = line.kind === 'killed' ? line.signal | (line.core ? CORE : 0) : line.code << 8
  const matches = (status: number): boolean => status === word
  const seen = line.kind === 'killed' ? `killed by ${signalName(line.signal)}` : `exited with ${line.code}`
  const tid = ground.tidOf(line.pid)
  ground.open.dies(tid)
  if (diesAgain(ground, tid, line, seen)) return
  ground.contradict(line.line, tid, seen, ground.evidence.dies(tid, line), ENDED)
  if (ground.lost.has(tid)) return
  const isOther = endsOtherwise(ground, tid, line)
  ground.families.died(ground.state(), tid, word, line.line)
  const isThere = ground.follower.states.every(({ threads }) => threads.has(tid))
  const verdict = isOther ? 'impossible' : ground.observe({ kind: 'dead', tid, matches, isThere })
  if (verdict !== 'explained') ground.families.doubts(tid)
  if (verdict === 'explained') {
    ground.modelled++
    ground.noteWrites()
    ground.guesses.ends(tid)
  } else if (verdict === 'undecided') ground.giveUp(tid, line.line)
  else unexplainedDeath(ground, tid, line, seen)
}

/** A thread is on its way to another end than the line tells, in every state. */
function endsOtherwise(ground: Ground, tid: number, line: ExitedLine | KilledLine): boolean {
  // A SIGKILL may have come in between; it leaves no line.
  if (line.kind === 'killed' && line.signal === SIGNALS.SIGKILL) return false
  const word = line.kind === 'killed' ? line.signal : line.code << 8
  return ground.follower.states.every((kernel) => {
    const status = sealedStatus(kernel, tid)
    if (status === undefined || (line.kind === 'killed' && status.isAsked)) return false
    return status.words.every((sealed) => (sealed & ~CORE) !== word)
  })
}

function unexplainedDeath(ground: Ground, tid: number, line: ExitedLine | KilledLine, seen: string): void {
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  if (thread === undefined) return
  const process = kernel.processOf(thread)
  // Nobody exits without a call.
  if (line.kind === 'exited' && process.groupExit < 0 && process.threads.every((other) => !isEnding(kernel, other))) {
    const wouldShow = ground.isWhole(process.pid) && ground.evidence.showsExits
    if (!wouldShow) ground.hides('the capture shows only some calls')
  }
  if (line.kind === 'killed' && !ground.options.closed && process.groupExit < 0) {
    ground.assume(`a process was killed by ${signalName(line.signal)} from outside the capture`)
  } else {
    const sealed = sealedStatus(kernel, tid)?.words[0] ?? askedStatus(thread) ?? process.groupExit
    const allowed = sealed < 0 ? 'it lives: nothing has ended it' : describeDeath(sealed)
    ground.violate(line.line, tid, seen, [allowed], [kernel.processes.key(thread.pid)], ENDED)
  }
  ground.follower.amend((copy) =>
    copy.fn.groupExit(copy, thread.pid, line.kind === 'killed' ? line.signal : line.code << 8),
  )
  ground.observe({ kind: 'dead', tid, matches: () => true })
}

/**
 * The wait status that the only thread of a process is about to leave: it has called exit_group, or is dying. `isAsked`: its
 * call asks for it, and has not taken effect yet. Source: kernel/exit.c synchronize_group_exit().
 */
function sealedStatus(kernel: Kernel, tid: number): { words: readonly number[]; isAsked: boolean } | undefined {
  const thread = kernel.threads.get(tid)
  if (thread === undefined) return undefined
  const { threads, groupExit } = kernel.processOf(thread)
  const name = thread.state === 'in-call' ? thread.call!.syscall.name : ''
  const asked = ((thread.call?.args.status as number | undefined) ?? 0) & 0xff
  const isAlone = threads.length === 1
  const isExit = name === 'exit_group'
  // The call may have taken effect before the signal that the model took to kill it.
  const before = isExit || name === 'exit' ? [asked << 8] : []
  const own = thread.exitStatus === 0 ? [] : [thread.exitStatus]
  if (groupExit >= 0) return isAlone ? { words: [groupExit, ...own, ...before], isAsked: false } : undefined
  return isAlone && isExit ? { words: before, isAsked: true } : undefined
}

/** The wait status that the thread's own call of exit asks for. Source: exit(2). */
const askedStatus = ({ state, call }: Readonly<Thread>): number | undefined =>
  state === 'in-call' && call?.syscall.name === 'exit' ? ((call.args.status as number) & 0xff) << 8 : undefined

/** A thread is dying, or in a call that may end it; an execve of another thread does, with 0. */
function isEnding(kernel: Kernel, tid: number): boolean {
  const { state, killed, call } = kernel.threads.at(tid)
  return killed || /^exit|dead/.test(state) || /^(exit|execve)/.test(call?.syscall.name ?? '')
}

function describeDeath(status: number): string {
  return (status & 0x7f) === 0 ? `exited with ${status >> 8}` : `killed by ${signalName(status & 0x7f)}`
}
