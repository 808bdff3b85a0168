/**
 * Faults of the model that no run of a program on the live kernel contradicts, by name, each with the reason. A fault that
 * is not listed here is noticed by `faults --live`.
 */
export const UNSEEN: Readonly<Record<string, string>> = {}
