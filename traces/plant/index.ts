import { descriptorFaults } from './descriptors.ts'
import { processFaults } from './processes.ts'
import { signalAndIpcFaults } from './signals-and-ipc.ts'
import type { FaultClass } from './plant.ts'

/** Every class of faults that can be planted. */
export const faultClasses: readonly FaultClass[] = [...descriptorFaults, ...processFaults, ...signalAndIpcFaults]
