import { independentCallsCommute } from './commuting.ts'
import { forksAreIndependent, hashesAgreeWithEquality } from './forks.ts'
import { aKilledProcessLeavesWhatAnOrderlyOneLeaves } from './orderly.ts'
import { referencesAreConserved } from './references.ts'
import { onlyWhatOutlivesProcessesIsLeft } from './survivors.ts'
import type { Theorem } from './theorem.ts'
import { nobodyWaitsForTheDead } from './waiting.ts'

/** What holds of every program on Linux. */
export const theorems: readonly Theorem[] = [
  aKilledProcessLeavesWhatAnOrderlyOneLeaves,
  onlyWhatOutlivesProcessesIsLeft,
  referencesAreConserved,
  nobodyWaitsForTheDead,
]

/** What holds of the kernel as a data structure, for searches to build on. */
export const contracts: readonly Theorem[] = [independentCallsCommute, forksAreIndependent, hashesAgreeWithEquality]
