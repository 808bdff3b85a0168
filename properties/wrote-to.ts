import type { Kernel } from '../model/kernel.ts'
import { tableOfKey } from '../model/state/table.ts'

/** Whether the present step wrote a row of a table, or removed one. */
export function wroteTo(kernel: Kernel, { index }: { readonly index: number }): boolean {
  const { touched } = kernel.ledger
  for (let i = 0; i < touched.length; i++) if (tableOfKey(touched[i]!) === index) return true
  return false
}
