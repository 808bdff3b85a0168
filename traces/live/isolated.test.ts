import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Isolation } from './isolated.ts'
import { LacksMeans } from './means.ts'

const isolation = await Isolation.prepare().catch((error: unknown) => {
  if (error instanceof LacksMeans) return error
  throw error
})
const lacks = isolation instanceof LacksMeans ? `, but: ${isolation.message}` : ''
const outside = mkdtempSync(join(tmpdir(), 'lastrites-isolated-'))

afterAll(() => {
  rmSync(outside, { recursive: true })
})

/** A shell in isolation: its exit status, which is 0 if the script's last command succeeds. */
const shell = async (script: string, seconds = 10) =>
  (await (isolation as Isolation).run('/bin/sh', ['-c', script], seconds)).status

describe.skipIf(isolation instanceof LacksMeans)(`a program in isolation${lacks}`, () => {
  it('is alone with its init: processes outside have no number there', async () => {
    expect(await shell('[ $$ = 2 ]')).toBe(0)
    expect(await shell(`kill -0 ${process.pid}`)).toBe(1)
    expect(await shell('kill -KILL -1; exit 0')).toBe(0)
  })

  it('has none of the files outside, but for programs and libraries that it cannot change', async () => {
    expect(await shell(`[ -e ${outside} ] || [ -e /etc/passwd ] || [ -e /root ] || [ -e /home ]`)).toBe(1)
    expect(await shell('for path in /usr /proc/sys/kernel; do (: >$path/x) 2>/dev/null && exit 0; done; exit 1')).toBe(
      1,
    )
    expect(await shell('(echo 1 >/proc/sys/kernel/shm_rmid_forced) 2>/dev/null')).not.toBe(0)
    expect(await shell(': >here && [ -e here ]')).toBe(0)
    expect(await shell('[ -e here ]')).toBe(1)
  })

  it('has no network but its own loopback', async () => {
    expect(await shell('[ $(grep -c : /proc/net/dev) = 1 ]')).toBe(0)
  })

  it('is ended when its time is over, and whatever it has started with it', async () => {
    expect(await (isolation as Isolation).run('/bin/sh', ['-c', 'sleep 1000 & sleep 1000'], 1)).toEqual({
      status: undefined,
      said: 'it did not end within 1 seconds',
    })
  })

  it('is ended when whoever started it is killed', async () => {
    const launcher = spawn((isolation as Isolation).path, ['600', '/bin/sh', '-c', 'sleep 1000 & echo up; wait'])
    await new Promise((resolve) => launcher.stdout.once('data', resolve))
    const children = (pid: number | string): string[] =>
      readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    const [init] = children(launcher.pid!)
    const [program] = children(init!)
    launcher.kill('SIGKILL')
    await new Promise((resolve) => launcher.stdout.once('close', resolve))
    // The pipe is closed when all who could write to it are gone.
    expect([init!, program!].filter((pid) => existsSync(`/proc/${pid}/fd/1`))).toEqual([])
  })
})
