import type { Rate } from '../properties/passes.ts'

const thousands = (number: number): string => `${Math.round(number / 1000).toLocaleString('en')},000`

/** A rate for a table: that of the fastest pass, and the median. */
export const inThousands = ({ fastest, median }: Rate): string => `${thousands(fastest)} (median ${thousands(median)})`
