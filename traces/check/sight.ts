import type { Ground } from './ground.ts'

/** What processes do is no longer shown to their ends. */
export function letsGo(ground: Ground, why = 'strace let go of processes before they ended'): void {
  ground.hides(why)
  ground.evidence.losesSight()
}
