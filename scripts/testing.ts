import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { root } from './root.ts'

/** The built command line, which `process.execPath` runs. */
export const program = join(root, 'dist/scripts/lastrites.js')

/** A folder of a test file's own, gone when its tests are done. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `lastrites-${name}-`))
  afterAll(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Why what the tests need is not there: the error of `use`; undefined when there is none. */
export function lackOf(use: () => void): string | undefined {
  try {
    use()
    return undefined
  } catch (error) {
    return String(error)
  }
}
