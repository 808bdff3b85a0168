import * as controllingTerminals from './controlling-terminals.ts'
import * as delivery from './delivery.ts'
import * as descriptorRanges from './descriptor-ranges.ts'
import * as exec from './exec.ts'
import * as exit from './exit.ts'
import * as fifos from './fifos.ts'
import * as fileData from './file-data.ts'
import * as files from './files.ts'
import * as flocks from './flocks.ts'
import * as fork from './fork.ts'
import * as groups from './groups.ts'
import * as limits from './limits.ts'
import * as lockWaits from './lock-waits.ts'
import * as ipc from './ipc.ts'
import * as locks from './locks.ts'
import * as magicLinks from './magic-links.ts'
import * as mappings from './mappings.ts'
import * as memoryAccess from './memory-access.ts'
import * as memory from './memory.ts'
import * as messages from './messages.ts'
import * as namedSemaphores from './named-semaphores.ts'
import * as names from './names.ts'
import * as notifyParent from './notify-parent.ts'
import * as open from './open.ts'
import * as pipes from './pipes.ts'
import * as posixQueues from './posix-queues.ts'
import * as promisedDescriptors from './promised-descriptors.ts'
import * as recordRanges from './record-ranges.ts'
import * as semaphoreSleepers from './semaphore-sleepers.ts'
import * as semaphores from './semaphores.ts'
import * as shm from './shm.ts'
import * as signalLimit from './signal-limit.ts'
import * as signals from './signals.ts'
import * as sockets from './sockets.ts'
import * as stops from './stops.ts'
import * as terminalIo from './terminal-io.ts'
import * as terminals from './terminals.ts'
import * as unfinishedCalls from './unfinished-calls.ts'
import * as wait from './wait.ts'

/** The kernel's functions, by name: called through `kernel.fn`, so that quirks and faults can replace any of them. */
export const kernelFunctions = {
  ...controllingTerminals,
  ...delivery,
  ...descriptorRanges,
  ...exec,
  ...exit,
  ...fifos,
  ...fileData,
  ...files,
  ...flocks,
  ...fork,
  ...groups,
  ...limits,
  ...lockWaits,
  ...ipc,
  ...locks,
  ...magicLinks,
  ...mappings,
  ...memory,
  ...memoryAccess,
  ...messages,
  ...namedSemaphores,
  ...names,
  ...notifyParent,
  ...open,
  ...pipes,
  ...posixQueues,
  ...promisedDescriptors,
  ...recordRanges,
  ...semaphoreSleepers,
  ...semaphores,
  ...shm,
  ...signalLimit,
  ...signals,
  ...sockets,
  ...stops,
  ...terminalIo,
  ...terminals,
  ...unfinishedCalls,
  ...wait,
}

export type KernelFunctions = typeof kernelFunctions
