import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkTranscript } from '../traces/transcript.ts'
import { root } from './root.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map((match) => match[1]!)

describe('the README', () => {
  it('shows histories that Linux allows', () => {
    expect(blocks('trace').length).toBeGreaterThan(0)
    for (const block of blocks('trace')) {
      expect(checkTranscript(block.trim().split('\n'))).toEqual({ violations: [], undecided: [] })
    }
  })

  const commands = blocks('console').flatMap((block) =>
    [...block.matchAll(/^ *\$ npx lastrites (.+)$/gm)].map((match) => match[1]!),
  )

  for (const command of commands) {
    it(`the command works: lastrites ${command}`, ({ skip }) => {
      const words = [...command.matchAll(/"([^"]*)"|\S+/g)].map((match) => match[1] ?? match[0])
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(root, 'dist/scripts/lastrites.js'), ...words],
        {
          encoding: 'utf8',
          cwd: root,
        },
      )
      if (status === 3) skip(stderr.split('\n')[0])
      expect(stderr).toBe('')
      expect(stdout).not.toBe('')
      // A fault that was asked for is found; all else holds.
      expect(status).toBe(command.includes('--fault') ? 1 : 0)
    })
  }

  it('names files that are there', () => {
    const named = [...readme.matchAll(/`((?:model|properties|traces|scripts)\/[\w./-]+)`/g)].map((match) => match[1]!)
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})
