import { describe, expect, it } from 'vitest'
import { beginNewExec } from './exec/begin-new-exec.ts'
import { doExit } from './exit/do-exit.ts'
import { kernelFunctions } from './functions/index.ts'
import { charts } from './lifecycle/index.ts'
import { quirks } from './quirks/index.ts'
import { syscalls } from './syscalls/index.ts'
import { unlisted } from './testing/listed.ts'

const folder = (name: string) => new URL(`${name}/`, import.meta.url)

describe('nothing that is written is forgotten in its list', () => {
  it('a system call', async () => expect(await unlisted(folder('syscalls'), syscalls)).toEqual([]))
  it('a phase of exit', async () => expect(await unlisted(folder('exit'), doExit, ['do-exit.ts'])).toEqual([]))
  it('a phase of exec', async () =>
    expect(await unlisted(folder('exec'), beginNewExec, ['begin-new-exec.ts'])).toEqual([]))
  it('a quirk', async () => expect(await unlisted(folder('quirks'), quirks)).toEqual([]))
  it('a chart', async () =>
    expect(
      await unlisted(folder('lifecycle'), charts, ['compile.ts', 'missing-arrow.ts', 'paths.ts', 'watch.ts']),
    ).toEqual([]))

  it('every system call has a name of its own, and says where its rule comes from', () => {
    expect(new Set(syscalls.map(({ hashAs }) => hashAs)).size).toBe(syscalls.length)
    expect(syscalls.filter(({ source }) => !/\(\d\)|\.c\b/.test(source)).map(({ hashAs }) => hashAs)).toEqual([])
  })

  it('functions of the kernel from different files do not hide each other', async () => {
    const seen = new Map<string, unknown>()
    for (const name of await functionFiles()) {
      for (const [key, value] of Object.entries((await import(name)) as object)) {
        expect(seen.has(key), `${key} is exported twice`).toBe(false)
        seen.set(key, value)
      }
    }
    expect(Object.keys(kernelFunctions).filter((key) => !seen.has(key))).toEqual([])
  })
})

async function functionFiles(): Promise<string[]> {
  const { readdirSync } = await import('node:fs')
  return readdirSync(folder('functions'))
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => new URL(name, folder('functions')).href)
}
