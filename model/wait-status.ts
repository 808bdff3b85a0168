/**
 * What wait reports, apart: the 16-bit word is (value << 8), signal | 0x80 with a core dump, (signal << 8) | 0x7f for a
 * stop, 0xffff for a continue. Source: wait(2).
 */
export type WaitStatus =
  | { readonly exited: number }
  | { readonly signaled: number; readonly core: boolean }
  | { readonly stopped: number }
  | 'continued'

/** The status of a dead process from the word that it left. */
export const deathStatus = (word: number): WaitStatus =>
  (word & 0x7f) === 0 ? { exited: (word >> 8) & 0xff } : { signaled: word & 0x7f, core: (word & 0x80) !== 0 }
