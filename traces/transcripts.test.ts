import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkTranscript, readTranscripts } from './transcript.ts'

const folder = new URL('transcripts/', import.meta.url)

for (const file of readdirSync(folder).filter((name) => name.endsWith('.trace'))) {
  describe(file.replace('.trace', '').replaceAll('-', ' '), () => {
    for (const { title, expect: expected, lines, at } of readTranscripts(
      readFileSync(new URL(file, folder), 'utf8'),
      file,
    )) {
      it(`${title} (${file}:${at}, ${expected})`, () => {
        const { violations, undecided } = checkTranscript(lines)
        expect(undecided).toEqual([])
        if (expected === 'allowed') expect(violations).toEqual([])
        else expect(violations.map(({ line }) => line)).toEqual([lines.length])
      })
    }
  })
}
