import { LacksMeans } from './means.ts'
import { programOnPath } from './program-on-path.ts'
import type { Target } from './target.ts'

/**
 * The command of a target as it is started in a private root directory. Inside, what the command starts is the `agent`: a
 * path there and its arguments.
 *
 * Errors: LacksMeans, where its program is not on the PATH.
 */
export function launchWords(
  { name, kind, command, package: from }: Target,
  [agent, ...args]: readonly [path: string, ...args: string[]],
): string[] {
  const [program, ...rest] = command
  const path = programOnPath(program!)
  if (path === undefined) {
    const hint = from === undefined ? '' : ` (Debian: apt-get install ${from})`
    throw new LacksMeans(`${name} needs ${program!}, which is not on the PATH${hint}`)
  }
  if (kind === 'wrap') return [path, ...rest]
  const isPlaced = rest.some((word) => word.includes('{}'))
  const placed = rest.map((word) => word.replaceAll('{}', agent))
  return [path, ...placed, ...(isPlaced ? [] : [agent]), ...args]
}
