import type { Invariant, StepProperty } from '../invariant.ts'
import { zombiesHoldNoSemadj } from './zombies-hold-no-semadj.ts'

/** Every invariant that is checked. */
export const invariants: readonly Invariant[] = [zombiesHoldNoSemadj]

/** Every property of a single step. */
export const stepProperties: readonly StepProperty[] = []
