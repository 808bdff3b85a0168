import { flagSet, out } from '../params.ts'
import { descriptionOf } from '../functions/files.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Make a pseudo-terminal and open both sides: the master, then the slave, unlocked, which nobody acquires by that.
 * Errors: EMFILE; ENOENT, ENOSPC, by the world outside the model.
 * Source: openpty(3), pty(7).
 */
export const openpty = defineSyscall({
  name: 'openpty',
  params: { fds: out('fds') },
  makes: 'fds',
  errors: ['EMFILE'],
  environment: ['ENOENT', 'ENOSPC'],
  library: true,
  source: 'openpty(3), pty(7)',
  rule(kernel, caller) {
    const { tid } = caller
    const fds = kernel.fn.numbersForTwo(kernel, caller)
    if (!kernel.fn.hasRoomFor(kernel, caller, ...fds)) return kernel.fn.promising(kernel, caller, fds, fails('EMFILE'))
    const effect = (k: typeof kernel) => {
      k.fn.openMaster(k, tid, flagSet('O_RDWR', 'O_NOCTTY'))
      const description = k.descriptions.at(descriptionOf(k.fn.slotOf(k, k.threads.at(tid), fds[0])))
      const terminal = k.fn.terminalOf(k, description)!
      k.terminals.edit(terminal).locked = false
      k.fn.openSlave(k, tid, terminal, flagSet('O_RDWR', 'O_NOCTTY', 'TIOCGPTPEER'))
    }
    return kernel.fn.promising(kernel, caller, fds, succeeds(0, effect, { fds }))
  },
})
