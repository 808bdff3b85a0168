import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type OpenFileDescriptionEvent = 'DUPLICATE' | 'PUT' | 'LAST_PUT' | 'RELEASE'

/**
 * An open file description.
 *
 * References are held by descriptors, mappings, messages in flight and calls in progress. The last one to go only queues
 * the release, which the same thread runs on its way out of the kernel, or in exit_task_work when it is exiting; there
 * is no way back from `releasing`.
 * Source: open(2), close(2); fs/file_table.c fput(), __fput(), kernel/task_work.c task_work_run().
 */
const openFileDescription = setup({ types: typed<OpenFileDescriptionEvent>() }).createMachine({
  id: 'open-file-description',
  initial: 'open',
  states: {
    open: { on: { DUPLICATE: 'open', PUT: 'open', LAST_PUT: 'releasing' } },
    releasing: { on: { RELEASE: 'released' } },
    released: { type: 'final' },
  },
})

export const openFileDescriptionChart = compile(openFileDescription)
export type OpenFileDescriptionState = StateOf<typeof openFileDescriptionChart>
