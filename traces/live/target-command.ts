import { LacksMeans } from './means.ts'
import { programOnPath } from './program-on-path.ts'
import type { Target } from './target.ts'

/** Where the executor finds itself, in its private root directory. */
const AGENT = '/executor'

/**
 * The command of a target as the executor starts it. Inside, what it starts is the executor again, with these flags.
 *
 * Errors: LacksMeans, where its program is not on the PATH.
 */
export function launchWords({ name, kind, command, package: from }: Target, flags: readonly string[]): string[] {
  const [program, ...rest] = command
  const path = programOnPath(program!)
  if (path === undefined) {
    const hint = from === undefined ? '' : ` (Debian: apt-get install ${from})`
    throw new LacksMeans(`${name} needs ${program!}, which is not on the PATH${hint}`)
  }
  const isPlaced = rest.some((word) => word.includes('{}'))
  const placed = rest.map((word) => word.replaceAll('{}', AGENT))
  if (kind === 'wrap') return [path, ...placed]
  return [path, ...placed, ...(isPlaced ? [] : [AGENT]), '--agent', ...flags]
}
