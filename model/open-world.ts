import { patchFunctions, type Patch } from './rules.ts'

/**
 * For captures of a system on which files were there before, and where others are at work: every name is anybody's, so
 * that a name which the model does not know may be there all the same.
 */
export const openWorld: Patch = patchFunctions(() => ({ isAnybodys: () => true }))
