import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkTranscript, readTranscripts } from '../traces/transcript.ts'
import { program, scratchFolder } from './testing.ts'

const folder = scratchFolder('fuzz')

function fuzz(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'fuzz', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  return { status, stdout, stderr }
}

describe('a divergence of the live kernel from a model with a fault', () => {
  it('is shown and saved as the smallest program, with how many of its runs show it again', ({ skip }) => {
    const { status, stdout, stderr } = fuzz('--fault', 'exit_sem is skipped', '--runs', '4000', '--save', folder)
    if (status === 3) return skip(stderr)
    expect(status).toBe(1)
    const shown = /in \d+ programs; the smallest diverges in (\d+) of 100 runs:/.exec(stdout)
    expect(Number(shown?.[1])).toBeGreaterThanOrEqual(95)
    const [file, ...others] = readdirSync(folder)
    expect(others).toEqual([])
    const [saved] = readTranscripts(readFileSync(join(folder, file!), 'utf8'), file!)
    expect(saved?.title).toMatch(new RegExp(`on Linux .* in ${shown![1]!} of 100 runs$`))
    expect(checkTranscript(saved!.lines)).toEqual({ violations: [], undecided: [] })
  })

  it('is told to scripts with the rate and the runs by which it was measured', ({ skip }) => {
    const { status, stdout, stderr } = fuzz('--fault', 'a blocked signal is delivered', '--runs', '4000', '--json')
    if (status === 3) return skip(stderr)
    expect(status).toBe(1)
    const { divergences } = JSON.parse(stdout) as { divergences: { rate: number; repeats: number }[] }
    expect(divergences.map(({ repeats }) => repeats)).toEqual([100])
    expect(divergences[0]!.rate).toBeGreaterThanOrEqual(0.95)
  })
})

describe('programs whose processes run freely', () => {
  it('are judged as well', ({ skip }) => {
    const { status, stdout, stderr } = fuzz('--racy', '--runs', '100', '--seed', '5', '--json')
    if (status === 3) return skip(stderr)
    expect(status).toBe(0)
    expect((JSON.parse(stdout) as { agreed: number }).agreed).toBeGreaterThan(90)
  })
})
