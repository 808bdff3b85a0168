import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { straceVersion } from '../traces/live/record.ts'
import { openTracefs, staleInstances } from '../traces/live/tracefs.ts'
import { lackOf, program, scratchFolder } from './testing.ts'

const folder = scratchFolder('witness')
const node = process.execPath

const lacks = lackOf(() => {
  straceVersion()
  openTracefs().close()
})

// Where tracefs has to be mounted, it is below TMPDIR, if only for a moment.
const env = { ...process.env, TMPDIR: folder }

const lastrites = (...args: readonly string[]) => {
  const { pid, status, stdout } = spawnSync(node, [program, ...args], { encoding: 'utf8', cwd: folder, env })
  return { pid, status, stdout }
}

const SETTINGS = [
  'tracing_on',
  'current_tracer',
  'trace_clock',
  'set_event',
  'set_event_pid',
  'trace_options',
  'buffer_size_kb',
]

/** What a recording by this process could leave changed: the machine's own trace buffer, instances, mounts. */
function settings(pid: number): Record<string, string> {
  const tracefs = openTracefs()
  const found = Object.fromEntries(SETTINGS.map((name) => [name, readFileSync(join(tracefs.path, name), 'utf8')]))
  found.instances = instancesOf(pid).join(' ')
  found.mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder))
    .join('\n')
  tracefs.close()
  return found
}

function instancesOf(pid: number): string[] {
  const tracefs = openTracefs()
  const names = readdirSync(join(tracefs.path, 'instances'))
  tracefs.close()
  return names.filter((name) => name.startsWith(`lastrites-${pid}-`))
}

const ENDS = 'sleep 9 & kill $!; wait $!; (exit 3); exec 9>lock; flock 9; true'

describe.skipIf(lacks !== undefined)(`record --witness${lacks === undefined ? '' : `: ${lacks}`}`, () => {
  it('bears out a command of processes, signals and locks, changes nothing of the machine, and is found by replay', () => {
    const before = settings(0)
    const { pid, status, stdout } = lastrites('record', '--witness', '-o', 'sh.strace', '--', 'sh', '-c', ENDS)
    expect(stdout).toMatch(/witness {4}sh.witness: \d+ events, \d+ steps borne out/)
    expect(status).toBe(0)
    expect(settings(pid)).toEqual(before)
    const text = readFileSync(join(folder, 'sh.witness'), 'utf8')
    expect(text).toMatch(/^# witness: tracefs\n# kernel: Linux /)
    expect(text).toMatch(/\n# lost: 0\n# settled: yes\n$/)
    for (const event of ['sched_process_fork', 'sched_process_wait', 'sched_process_free', 'signal_generate: sig=15'])
      expect(text).toContain(event)
    expect(lastrites('replay', 'sh.strace').stdout).toContain('witness')
    expect(lastrites('replay', '--no-witness', 'sh.strace').stdout).not.toContain('witness')
    expect(lastrites('replay', '--witness', 'sh.witness', 'sh.strace').status).toBe(0)
    expect(lastrites('replay', '--witness', 'sh.strace', 'sh.strace').status).toBe(2)
  })

  it('in a pid namespace tells the processes apart, whose numbers the kernel has otherwise', () => {
    const { stdout, status } = spawnSync(
      'unshare',
      [
        '--fork',
        '--pid',
        '--mount-proc',
        node,
        program,
        'record',
        '--witness',
        '-o',
        'ns.strace',
        '--',
        'sh',
        '-c',
        ENDS,
      ],
      { encoding: 'utf8', cwd: folder, env },
    )
    expect(stdout).toMatch(/ns.witness: \d+ events, \d\d+ steps borne out/)
    expect(status).toBe(0)
    expect(readFileSync(join(folder, 'ns.witness'), 'utf8')).toContain('# pids: others')
  })

  it('follows a process that runs already', async () => {
    const echo = spawn('sh', ['-c', 'while read x; do (exit 3); echo "$x"; done'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const follower = spawn(
      node,
      [program, 'record', '--witness', '--progress', 'json', '-o', 'pid.strace', '--follow', String(echo.pid)],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder, env },
    )
    // A call is a line when it returns: until strace shows one, the process is given something to read.
    createInterface(follower.stderr).on('line', (line) => {
      if ((JSON.parse(line) as { lines: number }).lines > 40) follower.kill('SIGINT')
      else echo.stdin.write('again\n')
    })
    echo.stdout.resume()
    let stdout = ''
    for await (const piece of follower.stdout) stdout += String(piece)
    echo.stdin.end()
    expect(stdout).not.toContain('violates')
    expect(stdout).toMatch(/pid.witness: \d+ events, [1-9]\d* steps borne out/)
  }, 60_000)

  it('ends, and is right, while others write events faster than it can read them', () => {
    const neighbour = spawn('sh', ['-c', 'while kill -CONT $$; do :; done'], { stdio: 'ignore' })
    const { status, stdout } = lastrites('record', '--witness', '-o', 'busy.strace', '--', 'sh', '-c', ENDS)
    neighbour.kill('SIGKILL')
    expect(stdout).not.toContain('violates')
    // The buffer may have been too small for both.
    if (stdout.includes('the witness has lost')) expect(status).toBe(4)
    else expect(status).toBe(0)
  })

  it('leaves nothing when it is interrupted twice', async () => {
    const before = settings(0)
    const deaf = 'process.on("SIGINT", () => console.log("ready")); console.log("ready"); process.stdin.resume()'
    const child = spawn(node, [program, 'record', '--witness', '-o', 'deaf.strace', '--', node, '-e', deaf], {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: folder,
      env,
    })
    let stdout = ''
    for await (const line of createInterface(child.stdout)) {
      stdout += `${line}\n`
      if (line.startsWith('  recorded')) break
      if (line === 'ready') child.kill('SIGINT')
    }
    child.stdin.end()
    expect(stdout).not.toContain('violates')
    expect(settings(child.pid!)).toEqual(before)
  })

  it('leaves nothing when it is killed', async () => {
    const before = settings(0)
    const child = spawn(
      node,
      [program, 'record', '--witness', '-o', 'killed.strace', '--', 'sh', '-c', 'echo; read x'],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
        cwd: folder,
        env,
      },
    )
    for await (const line of createInterface(child.stdout)) {
      if (line === '') break
    }
    expect(instancesOf(child.pid!)).toHaveLength(1)
    child.kill('SIGKILL')
    child.stdin.end()
    // Another process removes the instance, as soon as it has noticed.
    await until(() => instancesOf(child.pid!).length === 0)
    expect(settings(child.pid!)).toEqual(before)
  })

  it('removes what recordings have left that were killed together with their watchers, and doctor names it', () => {
    const tracefs = openTracefs()
    const name = 'lastrites-4194304-1'
    mkdirSync(join(tracefs.path, 'instances', name))
    expect(staleInstances(tracefs)).toEqual([name])
    expect(lastrites('doctor').stdout).toContain(name)
    lastrites('record', '--witness', '-o', 'true.strace', '--', 'true')
    expect(readdirSync(join(tracefs.path, 'instances'))).not.toContain(name)
    tracefs.close()
  })

  it('without a program leaves neither capture nor witness', () => {
    expect(lastrites('record', '--witness', '-o', 'none.strace', '--', './no-such-program').status).toBe(2)
    expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([])
  })
})

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}
