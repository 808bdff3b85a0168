import type { Kernel } from '../../../model/kernel.ts'
import { out, type Param } from '../../../model/params.ts'
import type { Undecided } from '../../../model/syscall.ts'

/** A place whose argument is not looked at. */
export const ignored = out('ignored')

export type Params = Readonly<Record<string, Param<unknown>>>

/** What the call comes back with is not known; what it did beside is. */
export const harmless = (why: string, effect?: (kernel: Kernel) => void): Undecided => ({
  undecided: why,
  harmless: true,
  ...(effect !== undefined && { effect }),
})
