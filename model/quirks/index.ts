import type { Quirk } from '../quirk.ts'
import { shmRmidForced } from './shm-rmid-forced.ts'

/** Every known way in which kernels differ. */
export const quirks: readonly Quirk[] = [shmRmidForced]
