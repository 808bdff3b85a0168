import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { filesByPrefix, mergeFiles } from './merge.ts'

let directory = ''
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'pieces-'))))
afterAll(() => rmSync(directory, { recursive: true }))

let runs = 0

/** The merged lines of these files, by pid: kind, pid and what tells one from another. */
async function merged(files: Readonly<Record<number, string | Uint8Array>>): Promise<string[]> {
  const prefix = join(directory, `run${runs++}`)
  const paths = Object.entries(files).map(([pid, text]) => {
    const path = `${prefix}.${pid}${typeof text === 'string' ? '' : '.gz'}`
    writeFileSync(path, text)
    return path
  })
  const { lines } = await mergeFiles(filesByPrefix(paths).get(prefix)!)
  const shown: string[] = []
  for await (const batch of lines) {
    for (const line of batch) {
      expect(line.line).toBe(shown.length + 1)
      shown.push(`${line.pid} ${line.kind}${'name' in line ? ` ${line.name}` : ''}`)
    }
  }
  return shown
}

it('the files of strace -ff are told by their names, and those of two runs kept apart', () => {
  const found = filesByPrefix(['d/t.12', 'd/t.7', 'd/u.v.13.gz', 'd/README.md', 'd/t'])
  expect([...found]).toEqual([
    [
      'd/t',
      [
        { path: 'd/t.12', pid: 12 },
        { path: 'd/t.7', pid: 7 },
      ],
    ],
    ['d/u.v', [{ path: 'd/u.v.13.gz', pid: 13 }]],
  ])
})

it('a call during which another process acts has two halves, the second where its duration ends', async () => {
  const parent = [
    '1700000000.000001 clone(child_stack=NULL, flags=SIGCHLD) = 8 <0.000010>',
    '1700000000.000100 wait4(8, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 8 <0.000500>',
    '1700000000.000900 exit_group(0) = ?',
    '1700000000.000950 +++ exited with 0 +++',
  ]
  const child = ['1700000000.000200 exit_group(0) = ?', '1700000000.000300 +++ exited with 0 +++']
  expect(await merged({ 7: parent.join('\n'), 8: child.join('\n') })).toEqual([
    '7 call clone',
    '7 unfinished wait4',
    '8 call exit_group',
    '8 exited',
    '7 resumed wait4',
    '7 call exit_group',
    '7 exited',
  ])
})

it('without durations the result of a call comes as late as its file allows', async () => {
  const reader = ['10:00:00.000001 read(3, "x", 1) = 1', '10:00:00.000900 close(3) = 0']
  const writer = ['10:00:00.000500 write(4, "x", 1) = 1', '10:00:00.000950 close(4) = 0']
  expect(await merged({ 7: reader.join('\n'), 8: writer.join('\n') })).toEqual([
    '7 unfinished read',
    '8 unfinished write',
    '7 resumed read',
    '7 unfinished close',
    '8 resumed write',
    '8 unfinished close',
    '7 resumed close',
    '8 resumed close',
  ])
})

it('times of day go on after midnight, and compressed files beside plain ones', async () => {
  const late = ['23:59:59.999990 getuid() = 0', '00:00:00.000020 getgid() = 0']
  const other = ['23:59:59.999999 close(3) = 0 <0.000001>', '00:00:00.000030 close(4) = 0 <0.000001>']
  expect(await merged({ 7: gzipSync(late.join('\n')), 8: other.join('\n') })).toEqual([
    '7 unfinished getuid',
    '8 call close',
    '7 resumed getuid',
    '7 unfinished getgid',
    '8 call close',
    '7 resumed getgid',
  ])
})

it('files without time stamps, or with whole seconds, have no order, but one alone needs none', async () => {
  const bare = 'close(3) = 0\nclose(4) = 0\n'
  await expect(merged({ 7: bare, 8: bare })).rejects.toThrow(/7:1: .* no order without time stamps; expected/)
  const seconds = '10:00:00 close(3) = 0\n'
  await expect(merged({ 7: seconds, 8: seconds })).rejects.toThrow(/7:1: time stamps of whole seconds/)
  const coarse = '10:00:00.123 close(3) = 0\n'
  await expect(merged({ 7: coarse, 8: coarse })).rejects.toThrow(/7:1: time stamps of whole seconds or milliseconds/)
  const relative = '     0.000031 close(3) = 0\n'
  await expect(merged({ 7: relative, 8: relative })).rejects.toThrow(/no order without time stamps/)
  expect(await merged({ 7: bare })).toEqual(['7 call close', '7 call close'])
})

it('a process that was killed before its first line leaves an empty file, which is passed over', async () => {
  expect(await merged({ 7: '10:00:00.000001 getuid() = 0\n', 8: '' })).toEqual(['7 call getuid'])
  await expect(merged({ 7: '', 8: '' })).rejects.toThrow('there is no line')
})

it('durations in milliseconds do not say when a call ended', async () => {
  const waits = ['1600000000.000001 wait4(8, NULL, 0, NULL) = 8 <0.000>', '1600000000.000900 getuid() = 0 <0.000>']
  const child = '1600000000.000500 exit_group(0) = ?\n'
  expect(await merged({ 7: waits.join('\n'), 8: child })).toEqual([
    '7 unfinished wait4',
    '8 call exit_group',
    '7 resumed wait4',
    '7 call getuid',
  ])
})
