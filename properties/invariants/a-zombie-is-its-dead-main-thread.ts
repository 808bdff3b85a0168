import { always, sometimes } from '../invariant.ts'

export const aZombieIsItsDeadMainThread = always({
  name: 'a zombie consists of its dead main thread alone',
  source: 'wait(2); kernel/exit.c exit_notify(), release_task()',
  of: 'processes',
  offends: (kernel, { pid, state, threads, live }) =>
    state === 'zombie' &&
    (threads.length !== 1 || threads[0] !== pid || live !== 0 || kernel.threads.get(pid)?.state !== 'dead'),
  sometimes: sometimes({
    name: 'a process lives on after its main thread',
    of: 'processes',
    seen: (kernel, { pid, live }) => live > 0 && kernel.threads.get(pid)?.state === 'dead',
  }),
})
