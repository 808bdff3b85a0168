import type { Syscall } from '../../../model/syscall.ts'
import { byteCalls } from './bytes.ts'
import { descriptorCalls } from './descriptors.ts'
import { callsAboutOthers } from './others.ts'
import { processCalls } from './processes.ts'
import { sleepers } from './sleepers.ts'
import { terminalCalls } from './terminals.ts'
import { treeCalls } from './trees.ts'

/**
 * Calls that touch what the model follows in ways that it does not: what it knew of that is forgotten, and nothing else.
 * Only traces show them.
 */
export const unfollowedCalls: readonly Syscall[] = [
  ...byteCalls,
  ...sleepers,
  ...treeCalls,
  ...terminalCalls,
  ...descriptorCalls,
  ...processCalls,
  ...callsAboutOthers,
]
