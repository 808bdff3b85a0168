import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openCapture, openStream, readCapture } from './open.ts'

let directory = ''
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'capture-'))))
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0
function file(content: string | Uint8Array, name = `file-${files++}`): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

const header = '# shows: a close: of one descriptor\n# kernel: Linux 6.18\n#\n# kernel: x86_64\n'
const line = (n: number) => `7     1795332623.${String(n).padStart(6, '0')} close(${n % 1000}) = 0 <0.000034>`
const text = (count: number) => header + Array.from({ length: count }, (_, n) => `${line(n)}\n`).join('')

async function linesIn(path: string): Promise<string[]> {
  return (await readCapture(path)).batches.flatMap((batch) => batch.lines)
}

it('a plain capture gives its header and its lines, numbered as in the file', async () => {
  const capture = await readCapture(file(text(3)))
  expect(Object.fromEntries(capture.header)).toEqual({
    shows: 'a close: of one descriptor',
    kernel: 'Linux 6.18\nx86_64',
  })
  expect(capture.batches).toEqual([{ firstLine: 5, lines: [line(0), line(1), line(2)], endsMidLine: false }])
  expect(capture.damage).toBeUndefined()
})

it('a gzip capture is told by its content, whatever its name', async () => {
  const capture = await readCapture(file(gzipSync(text(3)), 'named.strace'))
  expect(capture.batches).toMatchObject([{ firstLine: 5, lines: [line(0), line(1), line(2)] }])
})

it('a plain capture may be named as if it were gzip', async () => {
  expect(await linesIn(file(text(2), 'plain.strace.gz'))).toHaveLength(2)
})

it('gzip files put one after another are one capture', async () => {
  expect(await linesIn(file(Buffer.concat([gzipSync(text(2)), gzipSync(`${line(2)}\n`)])))).toHaveLength(3)
})

it('a large capture comes whole, in consecutive batches, plain or gzip', async () => {
  for (const content of [text(50_000), gzipSync(text(50_000))]) {
    const { batches } = await readCapture(file(content))
    expect(batches.length).toBeGreaterThan(1)
    let next = 5
    for (const batch of batches) {
      expect(batch.firstLine).toBe(next)
      for (const found of batch.lines) expect(found).toBe(line(next++ - 5))
    }
    expect(next).toBe(50_005)
  }
})

it('bytes of standard input may come one at a time', async () => {
  async function* drip(content: Uint8Array) {
    await Promise.resolve()
    for (const byte of content) yield Uint8Array.of(byte)
  }
  for (const content of [Buffer.from(text(3)), gzipSync(text(3))]) {
    const capture = await openStream(drip(content), 'standard input')
    const lines: string[] = []
    for await (const batch of capture.batches) lines.push(...batch.lines)
    expect(lines).toEqual([line(0), line(1), line(2)])
    expect(capture.header.get('shows')).toBe('a close: of one descriptor')
  }
})

it('returns before newlines are taken off', async () => {
  expect(await linesIn(file(`${line(0)}\r\n${line(1)}\r\n`))).toEqual([line(0), line(1)])
})

it('a last line without a newline is marked', async () => {
  const { batches } = await readCapture(file(`${line(0)}\n${line(1)}`))
  expect(batches.at(-1)).toEqual({ firstLine: 2, lines: [line(1)], endsMidLine: true })
})

it('output of the program may stand before the first line of strace', async () => {
  expect(await linesIn(file(`hello\n${line(0)}\n`))).toEqual(['hello', line(0)])
})

it.each([
  [
    'a missing file',
    () => join(directory, 'nowhere'),
    'unreadable',
    'there is no such file; expected a strace capture',
  ],
  ['a directory', () => directory, 'directory', 'this is a directory; expected one strace capture'],
  ['an empty file', () => file(''), 'empty', 'expected the output of strace'],
  ['a header alone', () => file(header), 'empty', 'there is only a header'],
  ['an empty gzip file', () => file(gzipSync('')), 'empty', 'expected the output of strace'],
  ['a program', () => file(Buffer.from('\x7fELF\x02\x01\x01\0\0')), 'binary', 'a zero byte; expected text'],
  ['text of another kind', () => file('Dear reader,\nthis is no capture.\n'), 'foreign', 'no line looks like strace'],
  ['a long text of another kind', () => file('Dear reader,\n'.repeat(200_000)), 'foreign', 'no line looks like strace'],
  ['a zstd file', () => file(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3, 4, 5])), 'compressed', 'zstd -d'],
  ['an xz file', () => file(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0, 0])), 'compressed', 'xz -d'],
  ['a gzip file that is only a beginning', () => file(gzipSync(text(3)).subarray(0, 12)), 'damaged', 'ends too early'],
])('%s is refused with a message that names it', async (_, make, kind, words) => {
  const path = make()
  await expect(openCapture(path)).rejects.toMatchObject({ name: 'CaptureError', kind, file: path })
  await expect(openCapture(path)).rejects.toThrow(words)
  await expect(openCapture(path)).rejects.toThrow(path)
})

it('a gzip file that ends too early gives the lines before, and the error with the line', async () => {
  const whole = gzipSync(text(20_000))
  const { batches, damage } = await readCapture(file(whole.subarray(0, whole.length >> 1)))
  const lines = batches.flatMap((batch) => batch.lines)
  expect(lines.length).toBeGreaterThan(5000)
  expect(lines).toEqual(lines.map((_, n) => line(n)))
  expect(damage).toMatchObject({ kind: 'damaged', line: lines.length + 5 })
  expect(damage?.message).toContain(`:${lines.length + 5}: the gzip file ends too early`)
})

it('a gzip file damaged in the middle gives lines before the damage, and the error', async () => {
  const bytes = gzipSync(text(50_000))
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 64)
  const { batches, damage } = await readCapture(file(bytes))
  expect(batches.flatMap((batch) => batch.lines).length).toBeGreaterThan(5000)
  expect(damage).toMatchObject({ kind: 'damaged' })
})

it('a zero byte further on gives the lines before, and the error with the line', async () => {
  const { batches, damage } = await readCapture(file(`${line(0)}\n${line(1)}\n7 clo\0\0\0\n`))
  expect(batches.flatMap((batch) => batch.lines)).toEqual([line(0), line(1)])
  expect(damage).toMatchObject({ kind: 'binary', line: 3 })
})
