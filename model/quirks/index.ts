import type { Quirk } from '../quirk.ts'
import { shmRmidForced } from './shm-rmid-forced.ts'
import { traced } from './traced.ts'

/** Every known way in which kernels differ. */
export const quirks: readonly Quirk[] = [shmRmidForced, traced]
