import type { Chart } from './compile.ts'
import { mappingChart } from './mapping.ts'
import { messageQueueChart } from './message-queue.ts'
import { namedSemaphoreChart } from './named-semaphore.ts'
import { openFileDescriptionChart } from './open-file-description.ts'
import { pipeEndChart } from './pipe-end.ts'
import { posixQueueChart } from './posix-queue.ts'
import { processChart } from './process.ts'
import { recordLockChart } from './record-lock.ts'
import { semaphoreSetChart } from './semaphore-set.ts'
import { shmSegmentChart } from './shm-segment.ts'
import { socketChart } from './socket.ts'
import { terminalChart } from './terminal.ts'
import { threadChart } from './thread.ts'

/** Every lifecycle of the model; each carries the xstate machine it was compiled from as `machine`. */
export const charts: readonly Chart[] = [
  threadChart,
  processChart,
  openFileDescriptionChart,
  pipeEndChart,
  recordLockChart,
  shmSegmentChart,
  semaphoreSetChart,
  messageQueueChart,
  namedSemaphoreChart,
  posixQueueChart,
  socketChart,
  terminalChart,
  mappingChart,
]
