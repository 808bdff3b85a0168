import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { straceVersion } from '../traces/live/record.ts'
import { lackOf, program, scratchFolder } from './testing.ts'

const folder = scratchFolder('record')
const node = process.execPath

function record(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(node, [program, 'record', ...args], {
    encoding: 'utf8',
    cwd: folder,
    env,
  })
  return { status, stdout, stderr }
}

const lacks = lackOf(straceVersion)

describe('record without means', () => {
  it('without strace ends with exit code 3, says how to get it, and leaves nothing', () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const { status, stderr } = record(['--', '/bin/true'], { PATH: empty })
    expect(status).toBe(3)
    expect(stderr).toContain('apt-get install strace')
    expect(readdirSync(folder).filter((name) => name.endsWith('.strace'))).toEqual([])
  })

  it('refuses what is no program, no process, or nothing at all', () => {
    for (const args of [['--', 'no-such-program'], ['--follow', '0'], ['--follow', '4194305'], []]) {
      expect(record(args).status).toBe(2)
    }
  })
})

describe.skipIf(lacks !== undefined)(`record${lacks === undefined ? '' : `: ${lacks}`}`, () => {
  it('the capture of a command conforms, bears a header, and is not said to be closed; the exit status is told', () => {
    const { status, stdout } = record(['-o', 'three.strace', '--', 'sh', '-c', 'true | cat; exit 3'])
    expect(status).toBe(0)
    expect(stdout).toContain('three.strace  conforms')
    expect(stdout).toContain('the command exited with 3')
    const text = readFileSync(join(folder, 'three.strace'), 'utf8')
    expect(text).toMatch(
      /^# kernel: Linux \S+ \S+\n# strace: \S+\n# command: strace .* -- sh -c 'true \| cat; exit 3'\n\d+ /,
    )
    expect(text).toMatch(/\+\+\+ exited with 3 \+\+\+\n$/)
  })

  it('without -o the name is taken from the command, and none that is there is overwritten', () => {
    expect(record(['--quiet', '--', 'true']).stdout).toContain('true.strace')
    expect(record(['--quiet', '--', 'true']).stdout).toContain('true-2.strace')
  })

  it('with --json stdout holds one document, and the command writes to stderr', () => {
    const { stdout, stderr } = record(['--json', '-o', 'json.strace', '--', 'echo', 'hello'])
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'conforms', ended: { exited: 0 } })
    expect(stderr).toBe('hello\n')
  })

  it('how a signal ended the command is told', () => {
    expect(record(['-o', 'term.strace', '--', 'sh', '-c', 'kill -TERM $$']).stdout).toContain('killed by SIGTERM')
  })

  it('an interrupt goes to the command, whose own end is recorded and replayed', async () => {
    const { stdout } = await interrupted(
      ['-o', 'int.strace', '--', 'sh', '-c', 'trap "exit 5" INT; echo ready; read x'],
      1,
    )
    expect(stdout).toContain('conforms')
    expect(stdout).toContain('the command exited with 5')
  })

  it('a second interrupt lets go of a command that goes on, and what was recorded is replayed', async () => {
    const { stdout } = await interrupted(['-o', 'deaf.strace', '--', node, '-e', DEAF], 2)
    expect(stdout).toContain('strace let go before the end')
    expect(readFileSync(join(folder, 'deaf.strace'), 'utf8')).toMatch(/\n$/)
  })

  it('a process that runs already is followed until an interrupt, and goes on', async () => {
    const echo = spawn('sh', ['-c', 'while read x; do echo "$x"; done'], { stdio: ['pipe', 'pipe', 'ignore'] })
    const said = createInterface(echo.stdout)[Symbol.asyncIterator]()
    echo.stdin.write('begun\n')
    expect((await said.next()).value).toBe('begun')
    const follower = spawn(
      node,
      [program, 'record', '--progress', 'json', '-o', join(folder, 'pid.strace'), '--follow', String(echo.pid)],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    // A call is a line when it returns: until strace shows one, the process is given something to read.
    createInterface(follower.stderr).on('line', (line) => {
      if ((JSON.parse(line) as { lines: number }).lines > 0) follower.kill('SIGINT')
      else echo.stdin.write('again\n')
    })
    expect(await textOf(follower.stdout)).toContain('strace let go')
    echo.stdin.write('still here\n')
    let last: unknown
    do last = (await said.next()).value
    while (last === 'again')
    expect(last).toBe('still here')
    echo.stdin.end()
  }, 60_000)
})

/** Goes on after an interrupt, until its standard input ends. */
const DEAF = 'process.on("SIGINT", () => console.log("ready")); console.log("ready"); process.stdin.resume()'

/** Record, and interrupt each time that the command says that it is ready. */
async function interrupted(args: readonly string[], times: number): Promise<{ stdout: string }> {
  const child = spawn(node, [program, 'record', ...args], { stdio: ['pipe', 'pipe', 'inherit'], cwd: folder })
  let stdout = ''
  let left = times
  for await (const line of createInterface(child.stdout)) {
    stdout += `${line}\n`
    // The command may go on, and holds the other end of the pipe.
    if (line.startsWith('  recorded')) break
    if (line !== 'ready' || left === 0) continue
    left--
    child.kill('SIGINT')
  }
  child.stdin.end()
  return { stdout }
}

async function textOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = ''
  for await (const piece of stream) text += String(piece)
  return text
}
