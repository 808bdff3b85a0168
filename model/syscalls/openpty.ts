import type { Kernel } from '../kernel.ts'
import type { Errno } from '../errno.ts'
import { isLost, LOST } from '../functions/promised-descriptors.ts'
import { NOTHING_DONE } from '../functions/unfinished-calls.ts'
import { flagSet, out } from '../params.ts'
import type { OpenedByLibrary, Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer, type Outcome } from '../syscall.ts'

/**
 * Make a pseudo-terminal and open both sides: the master, then the slave, unlocked, which nobody acquires by that.
 * Errors: EMFILE; EBADF, ENOTTY, another thread has closed the master meanwhile, or put something else there; ENOENT,
 * ENOSPC, by the world outside the model.
 * Source: openpty(3), pty(7).
 */
export const openpty = defineSyscall({
  name: 'openpty',
  params: { fds: out('fds') },
  makes: 'fds',
  errors: ['EBADF', 'EMFILE', 'ENOTTY'],
  environment: ['ENOENT', 'ENOSPC'],
  library: true,
  source: 'openpty(3), pty(7)',
  rule(kernel, caller) {
    const { tid } = caller
    const opened = caller.unfinished?.opened
    if (opened) return openSlaveOf(kernel, caller, opened)
    const fds = kernel.fn.numbersForTwo(kernel, caller)
    const [fd, next] = fds
    const openMaster = (k: Kernel) => k.fn.newMaster(k, tid, flagSet('O_RDWR', 'O_NOCTTY'))
    if (!kernel.fn.hasRoomFor(kernel, caller, fd)) return fails('EMFILE')
    const effect = (k: Kernel) => {
      const master = openMaster(k)
      k.fn.installFd(k, tid, master, false)
      unlockAndOpenSlave(k, tid, master)
    }
    const all = kernel.fn.mayOpen(kernel, caller, next) ? succeeds(0, effect, { fds }) : fails('EMFILE')
    return kernel.fn.openingFirst(kernel, caller, fd, openMaster, all)
  },
})

/** The master is there, for all who share the table. */
function openSlaveOf(kernel: Kernel, caller: Readonly<Thread>, opened: OpenedByLibrary): Answer {
  const { tid } = caller
  if (opened.failed !== undefined) return [{ result: opened.failed, effect: (k) => closeNumber(k, tid, opened.fd) }]
  const isHeld = caller.unfinished!.description !== 0
  if (!isHeld && isLost(kernel, caller, opened)) {
    const other = kernel.fn.lookupFd(kernel, caller, opened.fd)
    return other?.terminal ? LOST : givesUp(tid, opened, other === undefined ? 'EBADF' : 'ENOTTY')
  }
  const fd = kernel.fn.numberFor(kernel, caller)
  const answer: readonly Outcome[] = kernel.fn.hasRoomFor(kernel, caller, fd)
    ? succeeds(0, (k) => unlockAndOpenSlave(k, tid, opened.description), { fds: [opened.fd, fd] })
    : givesUp(tid, opened, 'EMFILE')
  if (isHeld) return kernel.fn.promising(kernel, caller, [fd], answer)
  return [...answer, { result: 0, goesOn: 'awake', isAside: true, effect: (k) => takeHold(k, tid, opened) }]
}

/** The call that opens the slave has found the master, and does not care what becomes of its number. */
function takeHold(kernel: Kernel, tid: number, opened: OpenedByLibrary): void {
  const description = kernel.fn.fdget(kernel, tid, opened.description)
  kernel.fn.stayInCall(kernel, tid, { ...NOTHING_DONE, description, opened })
}

const givesUp = (tid: number, opened: OpenedByLibrary, failed: Errno): readonly Outcome[] => [
  {
    result: 0,
    goesOn: 'awake',
    effect: (k) => k.fn.stayInCall(k, tid, { ...NOTHING_DONE, opened: { ...opened, failed } }),
  },
]

/** The library closes the master by its number, whatever that stands for by now. */
function closeNumber(kernel: Kernel, tid: number, fd: number): void {
  if (kernel.fn.slotOf(kernel, kernel.threads.at(tid), fd) !== 0) kernel.fn.closeFd(kernel, tid, fd)
}

function unlockAndOpenSlave(kernel: Kernel, tid: number, master: number): void {
  const { terminal } = kernel.descriptions.at(master)
  kernel.terminals.edit(terminal).locked = false
  kernel.fn.openSlave(kernel, tid, terminal, flagSet('O_RDWR', 'O_NOCTTY', 'TIOCGPTPEER'))
}
