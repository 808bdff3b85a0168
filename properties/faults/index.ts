import type { Fault } from '../fault.ts'
import { exitSemSkipped } from './exit-sem-skipped.ts'

/** Every deliberate mistake. */
export const faults: readonly Fault[] = [exitSemSkipped]
