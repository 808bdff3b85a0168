import type { ExecPhase } from '../rules.ts'

/**
 * Handlers go, SIG_IGN stays; the handlers that were running are gone with the stack. The mask and pending signals stay.
 * Children can no longer choose what signal announces their deaths.
 * Source: execve(2), signal(7); kernel/signal.c flush_signal_handlers().
 */
export const flushSignalHandlers: ExecPhase = {
  name: 'flush_signal_handlers',
  killable: false,
  ready: () => true,
  run(kernel, tid) {
    const thread = kernel.threads.edit(tid)
    thread.frames = []
    const process = kernel.processes.edit(thread.pid)
    process.actions = kernel.fn.flushedActions(process.actions)
    process.handlers = 0
    kernel.fn.mqueueExec(kernel, thread.pid)
    kernel.fn.voidExitSignals(kernel, tid)
    return true
  },
}
