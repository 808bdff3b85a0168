import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { root } from './root.ts'

interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
) as { readonly files: readonly { readonly path: string }[] }[]
const files = packed!.files.map(({ path }) => path)

describe('the package', () => {
  it('holds what its manifest names, and neither tests nor sources', () => {
    const named = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    )
    for (const path of [...named, ...Object.values(manifest.bin)]) expect(files).toContain(path.replace('./', ''))
    expect(files.filter((path) => /\.test\.|(?<!\.d)\.ts$|\.tsbuildinfo$/.test(path))).toEqual([])
    expect(files.some((path) => path.endsWith('.strace'))).toBe(true)
  })

  for (const [name, entry] of Object.entries(manifest.exports)) {
    if (typeof entry === 'string') continue
    it(`exports ${name}`, async () => {
      const path = join(root, entry.default)
      expect(existsSync(path)).toBe(true)
      expect(Object.keys((await import(pathToFileURL(path).href)) as object).length).toBeGreaterThan(3)
    })
  }
})
