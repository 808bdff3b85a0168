import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type ProcessEvent = 'STOP' | 'CONTINUE' | 'GROUP_EXIT' | 'LAST_THREAD_GONE' | 'REAP' | 'AUTOREAP'

/**
 * A process, that is a thread group.
 *
 * It is `exiting` from the moment its exit status is fixed (exit_group, a fatal signal, or the last thread's own exit)
 * until its last thread is gone; the ordered phases are those of its threads, see thread.ts. A process whose main
 * thread has exited while others live is still `running`.
 * AUTOREAP is the parent's choice, by SIG_IGN for SIGCHLD or by SA_NOCLDWAIT. It normally spares the child the zombie
 * state; a zombie meets it too, when its parent dies and the adopter wants no zombies.
 * Source: wait(2), sigaction(2), signal(7); kernel/exit.c exit_notify(), reparent_leader(), release_task().
 */
const process = setup({ types: typed<ProcessEvent>() }).createMachine({
  id: 'process',
  initial: 'running',
  states: {
    running: { on: { STOP: 'stopped', GROUP_EXIT: 'exiting' } },
    stopped: { on: { CONTINUE: 'running', GROUP_EXIT: 'exiting' } },
    exiting: { on: { LAST_THREAD_GONE: 'zombie', AUTOREAP: 'reaped' } },
    zombie: { on: { REAP: 'reaped', AUTOREAP: 'reaped' } },
    reaped: { type: 'final' },
  },
})

export const processChart = compile(process)
export type ProcessState = StateOf<typeof processChart>
