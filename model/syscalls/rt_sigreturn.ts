import { defineSyscall, succeeds } from '../syscall.ts'

/**
 * Leave the innermost handler: its mask goes, and what it interrupted goes on.
 * Source: sigreturn(2); kernel/signal.c restore_altstack(), arch/x86/kernel/signal_64.c.
 */
export const rt_sigreturn = defineSyscall({
  name: 'rt_sigreturn',
  params: {},
  returns: 'restored',
  source: 'sigreturn(2)',
  rule(_kernel, caller) {
    const frame = caller.frames.at(-1)
    if (frame === undefined) return { undecided: 'rt_sigreturn outside a handler' }
    return succeeds(0, (k) => {
      const row = k.threads.edit(caller.tid)
      row.frames = row.frames.slice(0, -1)
      row.blocked = frame.blocked
      row.restart = frame.restart
    })
  },
})
