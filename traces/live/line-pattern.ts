/** Fits the texts that a pattern stands for: everything in it stands for itself but `*`, which stands for any text. */
export const linePattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )

/** A line of a transcript, without whose it is and what aligns it. */
export const withoutProcess = (line: string): string => line.replace(/^P?\d+\s+/, '').replaceAll(/\s+/g, ' ')
