import type { Program } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { candidatesOf } from '../../properties/arbitraries/shrink.ts'

/** How many candidates are handed to the kernel at once. */
const AT_ONCE = 16

/**
 * The smallest program found that still does what is wanted, by asking of one candidate after another. `still` is asked
 * about several at once; after `budget` questions what was found by then is the answer.
 */
export async function minimiseLive(
  program: Program,
  rules: Rules,
  still: (program: Program) => Promise<boolean>,
  budget = 2000,
): Promise<Program> {
  let smallest = program
  let asked = 0
  for (let pass = 0; asked < budget; pass++) {
    const candidates = candidatesOf(smallest, rules, pass)
    if (candidates === undefined) return smallest
    const found = await firstOf(candidates, still, () => asked++ < budget)
    if (found === undefined) continue
    smallest = found
    pass = -1
  }
  return smallest
}

async function firstOf(
  candidates: Iterable<Program>,
  still: (program: Program) => Promise<boolean>,
  mayAsk: () => boolean,
): Promise<Program | undefined> {
  let batch: Program[] = []
  const ask = async () => {
    const answers = await Promise.all(batch.map(still))
    const found = batch.find((_, i) => answers[i])
    batch = []
    return found
  }
  for (const candidate of candidates) {
    if (!mayAsk()) break
    batch.push(candidate)
    if (batch.length < AT_ONCE) continue
    const found = await ask()
    if (found !== undefined) return found
  }
  return ask()
}
