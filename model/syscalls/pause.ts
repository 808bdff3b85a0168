import { blocksOn, defineSyscall } from '../syscall.ts'

/**
 * Sleep until a signal is handled or kills.
 *
 * Never succeeds. Errors: EINTR.
 * Source: pause(2); kernel/signal.c sys_pause().
 */
export const pause = defineSyscall({
  name: 'pause',
  params: {},
  interrupted: 'ERESTARTNOHAND',
  returns: 'nothing',
  source: 'pause(2); kernel/signal.c sys_pause()',
  rule: (kernel, { tid }) => blocksOn(kernel.threads.key(tid)),
})
