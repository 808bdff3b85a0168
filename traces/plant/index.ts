import { descriptorFaults } from './descriptors.ts'
import { descriptorAndLockFaults } from './descriptors-and-locks.ts'
import { endFaults } from './ends.ts'
import { objectFaults } from './objects.ts'
import { processFaults } from './processes.ts'
import { signalAndIpcFaults } from './signals-and-ipc.ts'
import { signalFaults } from './signals.ts'
import type { FaultClass } from './plant.ts'

/** Every class of faults that can be planted. */
export const faultClasses: readonly FaultClass[] = [
  ...descriptorFaults,
  ...descriptorAndLockFaults,
  ...processFaults,
  ...endFaults,
  ...signalFaults,
  ...signalAndIpcFaults,
  ...objectFaults,
]
