import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Coverage } from '../../properties/exercised.ts'
import { neverSeen } from '../../properties/generated.ts'
import { Executor } from './executor.ts'
import { coverLive } from './live-coverage.ts'
import { NEVER_LIVE } from './never-live.ts'
import { transcriptPrograms } from './transcript-program.ts'

const isPossible = await Executor.start().then(
  (executor) => executor.close().then(() => executor.mode === 'realtime'),
  () => false,
)

const transcripts = fileURLToPath(new URL('../transcripts/', import.meta.url))
const RUNS = 6000

describe.runIf(isPossible)('this kernel shows', async () => {
  const coverage = isPossible
    ? await coverLive({ seed: 1, runs: RUNS, programs: transcriptPrograms(transcripts) })
    : undefined
  const parts: readonly (keyof Coverage)[] = ['phases', 'arrows', 'signals']
  // Some outcomes are too rare to be met by so few programs: that all of them are met is no matter of one test.
  it('no outcome that is listed as never seen', () => {
    const missed = neverSeen(coverage!.outcomes)
    expect(Object.keys(NEVER_LIVE.outcomes).filter((name) => !missed.includes(name))).toEqual([])
  })
  for (const part of parts) {
    it(`all ${part} of the model, save those that are listed with the reason`, () => {
      expect(neverSeen(coverage![part]).toSorted()).toEqual(Object.keys(NEVER_LIVE[part]).toSorted())
    })
  }
})
