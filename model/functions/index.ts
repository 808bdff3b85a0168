import * as controllingTerminals from './controlling-terminals.ts'
import * as exit from './exit.ts'
import * as files from './files.ts'
import * as fork from './fork.ts'
import * as groups from './groups.ts'
import * as locks from './locks.ts'
import * as memory from './memory.ts'
import * as namedSemaphores from './named-semaphores.ts'
import * as pipes from './pipes.ts'
import * as posixQueues from './posix-queues.ts'
import * as semaphores from './semaphores.ts'
import * as shm from './shm.ts'
import * as signals from './signals.ts'
import * as terminalIo from './terminal-io.ts'
import * as terminals from './terminals.ts'
import * as wait from './wait.ts'

/** The kernel's functions, by name: called through `kernel.fn`, so that quirks and faults can replace any of them. */
export const kernelFunctions = {
  ...controllingTerminals,
  ...exit,
  ...files,
  ...fork,
  ...groups,
  ...locks,
  ...memory,
  ...namedSemaphores,
  ...pipes,
  ...posixQueues,
  ...semaphores,
  ...shm,
  ...signals,
  ...terminalIo,
  ...terminals,
  ...wait,
}

export type KernelFunctions = typeof kernelFunctions
