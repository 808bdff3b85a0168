import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { conclude, judge, readClaim } from '../claim.ts'
import { ClaimRuns } from './claim-runs.ts'
import { LacksMeans } from './means.ts'

const folder = fileURLToPath(new URL('../claims/', import.meta.url))
const ledger = readdirSync(folder)
  .filter((file) => /\.(claim|c)$/.test(file))
  .map((file) => readClaim(readFileSync(folder + file, 'utf8'), file))

/** Claims with a history that takes a race to be seen. Others take the rights of root, to lock memory for one. */
const RACES: ReadonlySet<string> = new Set(['sigkill-is-done-when-kill-returns', 'vfork-parent-waits-for-the-end'])

const live = await ClaimRuns.prepare(folder).catch((error: unknown) => {
  if (error instanceof LacksMeans) return error
  throw error
})
const lacks = live instanceof LacksMeans ? `, but: ${live.message}` : ''

afterAll(async () => {
  if (!(live instanceof LacksMeans)) await live.close()
})

describe(`the kernel that runs here agrees${lacks}`, () => {
  for (const claim of ledger)
    it.skipIf(live instanceof LacksMeans)(`that it is ${claim.expected}: ${claim.claim}`, async () => {
      const models = claim.histories.map((history) => judge(claim, history))
      const findings = await (live as ClaimRuns).run(claim, models)
      expect(findings.filter((finding) => finding.live === 'not run')).toEqual([])
      expect(
        conclude(
          claim,
          findings.map((finding, index) => ({ ...finding, model: models[index]! })),
        ),
      ).toBe(claim.expected)
      if (RACES.has(claim.id) || process.getuid?.() !== 0) return
      for (const [index, model] of models.entries())
        if (model !== 'undecided') expect(findings[index]!.live).toBe(model === 'allowed' ? 'seen' : 'not seen')
    })
})
