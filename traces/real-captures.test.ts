import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkCapture } from './check/check-capture.ts'
import { explain } from './check/explain.ts'
import { openCapture } from './strace/open.ts'

const folder = new URL('captures/real/', import.meta.url)
const captures = readdirSync(folder).filter((name) => name.endsWith('.strace.gz'))

describe('what real programs did, recorded with many options of strace', () => {
  it('there are 60 captures and more', () => {
    expect(captures.length).toBeGreaterThanOrEqual(60)
  })

  for (const name of captures) {
    it(name, async () => {
      const path = new URL(name, folder).pathname
      const { header } = await openCapture(path)
      const verdict = await checkCapture(path)
      expect(verdict.verdict, explain(verdict)).toBe(header.get('expect'))
    })
  }
})
