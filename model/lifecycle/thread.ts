import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type ThreadEvent =
  'CALL' | 'EFFECT' | 'RETURN' | 'INTERRUPT' | 'EXEC' | 'EXEC_DONE' | 'EXIT' | 'NEXT_PHASE' | 'GONE'

/**
 * A thread, from its first instruction to its death.
 *
 * `in-call` is inside the kernel before the call took effect, `returning` after. A fatal signal takes a thread anywhere
 * outside `exiting`; nothing takes it out of there. The phases of `exiting` are named in their descriptions by the
 * kernel function that is each phase; a thread which is not the last of its process goes through all of them too.
 * `execing` is past the point of no return of execve: it ends in the new program or in death.
 *
 * Being stopped is a state of the process, see process.ts.
 * Source: execve(2), _exit(2); kernel/exit.c do_exit(), fs/exec.c begin_new_exec().
 */
const thread = setup({ types: typed<ThreadEvent>() }).createMachine({
  id: 'thread',
  initial: 'running',
  states: {
    running: { on: { CALL: 'in-call', EXIT: 'exiting' } },
    'in-call': { on: { EFFECT: 'returning', INTERRUPT: 'returning', EXEC: 'execing', EXIT: 'exiting' } },
    returning: { on: { RETURN: 'running', EXIT: 'exiting' } },
    execing: { on: { EXEC_DONE: 'returning', EXIT: 'exiting' } },
    exiting: {
      initial: 'signals',
      states: {
        signals: { description: 'exit_signals', on: { NEXT_PHASE: 'timers' } },
        timers: { description: 'exit_itimers', on: { NEXT_PHASE: 'mm' } },
        mm: { description: 'exit_mm', on: { NEXT_PHASE: 'sem' } },
        sem: { description: 'exit_sem', on: { NEXT_PHASE: 'shm' } },
        shm: { description: 'exit_shm', on: { NEXT_PHASE: 'files' } },
        files: { description: 'exit_files', on: { NEXT_PHASE: 'fs' } },
        fs: { description: 'exit_fs', on: { NEXT_PHASE: 'tty' } },
        tty: { description: 'disassociate_ctty', on: { NEXT_PHASE: 'work' } },
        work: { description: 'exit_task_work', on: { NEXT_PHASE: 'notify' } },
        notify: { description: 'exit_notify', on: { GONE: '#thread.dead' } },
      },
    },
    dead: { type: 'final' },
  },
})

export const threadChart = compile(thread)
export type ThreadState = StateOf<typeof threadChart>

/** A thread inside do_exit(), in the phase named. */
export type ExitingPhase = Extract<ThreadState, `exiting.${string}`>

/** A set, since a hot question: the phases of do_exit(). */
export const EXITING: ReadonlySet<ThreadState> = new Set(
  threadChart.states.filter((state): state is ExitingPhase => state.startsWith('exiting.')),
)
