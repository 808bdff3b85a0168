import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { conclude, judge, readClaim } from '../claim.ts'
import { ClaimRuns } from './claim-runs.ts'
import { Isolation } from './isolated.ts'
import { LacksMeans } from './means.ts'
import { readTargetFile } from './target-file.ts'
import type { Target } from './target.ts'

const claims = fileURLToPath(new URL('../claims/', import.meta.url))
const targets = new URL('../targets/', import.meta.url)

const inside = (...command: string[]): Target => ({
  ...{ name: command[0]!, kind: 'inside', command, absent: [], differences: [] },
})

/** The command of env, which changes nothing; an emulator of the calls; and kernels in user space. */
const others: readonly Target[] = [
  inside('env', 'IT=IS INSIDE'),
  inside('qemu-x86_64', '{}'),
  ...readdirSync(targets).flatMap((file) => {
    const { kind, command, ...rest } = readTargetFile(readFileSync(new URL(file, targets), 'utf8'), file)
    return kind === 'inside' ? [{ ...rest, kind, command: command!, name: basename(file, '.json') }] : []
  }),
]

/** A claim that takes sockets, and one that takes a program that starts another. */
const TRIED = ['listening-port-is-free-at-death.c', 'robust-mutex-outlives-exec.c']

const lackOf = (target?: Target): Promise<string | undefined> =>
  Isolation.prepare(target).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof LacksMeans) return error.message
      throw error
    },
  )

for (const target of others) {
  describe(`inside of ${target.name}`, () => {
    for (const file of TRIED)
      it(`the C program ${file} decides its claim as Linux does`, async ({ skip }) => {
        const lack = await lackOf(target)
        if (lack !== undefined) return skip(lack)
        const claim = readClaim(readFileSync(`${claims}${file}`, 'utf8'), file)
        const models = claim.histories.map((history) => judge(claim, history))
        const runs = await ClaimRuns.prepare(claims, target)
        try {
          const findings = await runs.run(claim, models)
          expect(findings.map(({ live }) => live)).not.toContain('not run')
          const histories = findings.map((finding, index) => ({ ...finding, model: models[index]! }))
          expect(conclude(claim, histories)).toBe(claim.expected)
        } finally {
          await runs.close()
        }
      })
  })
}

describe.skipIf((await lackOf(others[0])) !== undefined)('of a program inside of a command', () => {
  const run = async (script: string, seconds = 10, target = others[0]) =>
    (await Isolation.prepare(target)).run('/bin/sh', ['-c', script], seconds)

  it('the exit status is known, whatever the command makes of it', async () => {
    expect((await run('[ "$IT" = "IS INSIDE" ]')).status).toBe(0)
    expect((await run('exit 2')).status).toBe(2)
    expect(await run('echo it tells >&2; exit 3')).toEqual({
      status: undefined,
      said: 'it came to a bad end (0x300): it tells',
    })
    expect((await run('kill -KILL $$')).said).toBe('it came to a bad end (0x9): ')
  })

  it('a loopback, terminals and an empty directory are there, and nothing of the machine’s', async () => {
    expect((await run('[ -c /dev/ptmx ] && [ -z "$(ls)" ] && ! [ -e /etc/passwd ] && ! [ -e /home ]')).status).toBe(0)
    expect((await run('[ $(grep -c : /proc/net/dev) = 1 ]')).status).toBe(0)
  })

  it('a command that runs nothing is told so', async () => {
    await expect(Isolation.prepare(inside('false'))).rejects.toThrow(
      'false runs no program: its command ended before it',
    )
  })
})
