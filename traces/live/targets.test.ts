import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linux } from '../../model/linux.ts'
import type { Program } from '../../model/program.ts'
import { readTranscripts } from '../transcript.ts'
import { describeDivergence } from './divergence.ts'
import { CannotEncode, encodeProgram } from './encode.ts'
import { Executor } from './executor.ts'
import { Expectations, type Asked } from './expectations.ts'
import { fuzz } from './fuzz.ts'
import { judge } from './judge.ts'
import { LacksMeans } from './means.ts'
import { repeatOn } from './repeat.ts'
import { readTargetFile } from './target-file.ts'
import { Absences, type Target } from './target.ts'
import { programOf } from './transcript-program.ts'

const folder = new URL('../targets/', import.meta.url)
const transcripts = new URL('../transcripts/', import.meta.url)

function read(file: string): Target {
  const { kind, command, ...rest } = readTargetFile(readFileSync(new URL(file, folder), 'utf8'), file)
  return { ...rest, kind: kind!, command: command!, name: basename(file, '.json') }
}

/** An executor, or why there can be none. */
const start = (target?: Target): Promise<Executor | string> =>
  Executor.start({ target }).catch((error: unknown) => {
    if (error instanceof LacksMeans) return error.message
    throw error
  })

const canStart = async (target?: Target): Promise<boolean> => {
  const executor = await start(target)
  if (executor instanceof Executor) await executor.close()
  return executor instanceof Executor
}

/** What the model does not allow of a program there, or the verdict in the place of its signature. */
async function divergenceOn(executor: Executor, lines: readonly string[], target?: Target): Promise<Asked> {
  const run = await executor.run(programOf(lines))
  const verdict = judge(run, { unprivileged: executor.unprivileged, absences: new Absences(target) })
  return verdict.verdict === 'divergence' ? describeDivergence(run, verdict, linux) : { signature: verdict.verdict }
}

const targets = readdirSync(folder).map(read)
const means = await canStart()

describe.runIf(means)('what is expected of other implementations', () => {
  let here: Executor
  beforeAll(async () => {
    here = await Executor.start()
  })
  afterAll(() => here.close())

  for (const { name, differences } of targets) {
    for (const { reason, program } of differences.filter((difference) => difference.program !== undefined))
      it(`this kernel does not do as ${name} does: ${reason}`, async () => {
        expect((await divergenceOn(here, program!)).signature).toBe('allowed')
      })
  }
})

/** Those that are tried wherever they are; the others are not asked for. */
const [qemu] = targets.filter(({ name }) => name === 'qemu-user')

/** What an emulator does it does again; what it did when it was kept waiting for the processor it does not. */
const ATTEMPTS = 3

for (const target of targets) {
  const isAsked = means && (target === qemu || (await canStart(target)))
  const shown = target.differences.filter(({ program }) => program !== undefined)
  describe.runIf(isAsked && shown.length > 0)(target.name, () => {
    let there: Executor | string
    beforeAll(async () => {
      there = await start(target)
    })
    afterAll(async () => {
      if (there instanceof Executor) await there.close()
    })

    for (const difference of shown) {
      it(`differs: ${difference.reason}`, async ({ skip }) => {
        if (typeof there === 'string') return skip(there)
        const expectations = new Expectations(
          { ...target, differences: [{ ...difference, expires: '9999-12-31' }] },
          '',
        )
        // Some of them it does now and then.
        const found: Asked[] = []
        for (
          let attempt = 0;
          attempt < ATTEMPTS && !found.some((asked) => expectations.met(asked) === 'expected');
          attempt++
        )
          found.push(await divergenceOn(there, difference.program!, target))
        expect(found.map((asked) => [asked, expectations.met(asked)]).at(-1)).toEqual([expect.anything(), 'expected'])
      })
    }
  })
}

describe.runIf(means)('an emulator of processes', () => {
  let there: Executor | string
  beforeAll(async () => {
    there = await start(qemu)
  })
  afterAll(async () => {
    if (there instanceof Executor) await there.close()
  })

  it('does in every transcript what the model allows, but for what it lacks and what is expected', async ({ skip }) => {
    if (typeof there === 'string') return skip(there)
    const executor = there
    const { absences, met } = expectationsOf(qemu!)
    const unexpected: unknown[] = []
    let allowed = 0
    for (const file of readdirSync(transcripts).filter((name) => name.endsWith('.trace'))) {
      for (const { lines, title } of readTranscripts(readFileSync(new URL(file, transcripts), 'utf8'), file)) {
        const program = programIn(lines)
        if (program === undefined || lines.some((line) => /alarm|tv_sec/.test(line))) continue
        const signatures: string[] = []
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const run = await executor.run(program)
          const verdict = judge(run, { unprivileged: executor.unprivileged, absences })
          if (verdict.verdict === 'allowed') allowed++
          if (verdict.verdict !== 'divergence') break
          const divergence = describeDivergence(run, verdict, linux)
          const { signature } = divergence
          if (met(divergence) === 'expected') break
          signatures.push(signature)
        }
        if (signatures.length === ATTEMPTS) unexpected.push({ file, title, signatures })
      }
    }
    expect(unexpected).toEqual([])
    expect(allowed).toBeGreaterThan(250)
  })

  it('is judged by random programs like a kernel', async ({ skip }) => {
    if (typeof there === 'string') return skip(there)
    const { agreed, divergences, target } = await fuzz({ seed: 1, runs: 60, time: 60, snapshots: 'end', target: qemu })
    expect(divergences.filter(({ rate }) => rate > 0.5)).toEqual([])
    expect(agreed).toBeGreaterThan(10)
    expect(target?.absent['clone3 = ENOSYS']).toBeGreaterThan(0)
  })

  it('diverges again when what was expected of it has expired', async ({ skip }) => {
    if (typeof there === 'string') return skip(there)
    const vfork = { what: 'vfork = ok', reason: 'a vfork is a fork', expires: '2026-01-31' }
    const how = { times: 1, racy: false, target: { ...qemu!, differences: [vfork] } }
    const { divergences, outcomes } = await repeatOn(there, programOf(['P0  vfork() = P1']), how)
    expect(divergences.map(({ lapsed }) => lapsed)).toEqual([{ reason: 'a vfork is a fork', expires: '2026-01-31' }])
    expect(outcomes.some(({ allowed }) => allowed === false)).toBe(true)
  })

  it('reaches nothing outside', async ({ skip }) => {
    if (typeof there === 'string') return skip(there)
    await reachesNothing(there)
  })
})

/** The command `env` does nothing but start a program: so this kernel stands for another implementation. */
const targetOfEnv = (kind: Target['kind'], ...command: string[]): Target => ({
  ...{ name: 'env', kind, command: ['env', ...command], absent: [], differences: [] },
})

for (const kind of ['wrap', 'inside'] as const) {
  describe.runIf(means)(`this kernel, as what is behind a command: ${kind}`, () => {
    let there: Executor
    beforeAll(async () => {
      there = await Executor.start({ target: targetOfEnv(kind) })
    })
    afterAll(() => there.close())

    it('does what the model allows', async () => {
      const target = targetOfEnv(kind)
      const { agreed, divergences } = await fuzz({ seed: 3, runs: 60, time: 60, snapshots: 'end', target })
      expect(divergences).toEqual([])
      expect(agreed).toBeGreaterThan(40)
    })

    it('reaches nothing outside', () => reachesNothing(there))

    it('leaves nothing behind when whoever runs it is gone', async () => {
      const mark = `LASTRITES_TEST=${kind}-${process.pid}`
      const executor = await Executor.start({ target: targetOfEnv(kind, mark) })
      await executor.run(programOf(['P0  fork() = P1', 'P1  pause( <unfinished ...>', 'P0  setsid() = P0']))
      const left = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && startedWith(pid, mark))
      expect(left().length).toBeGreaterThan(0)
      await executor.close()
      for (const end = performance.now() + 20_000; left().length > 0 && performance.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      expect(left()).toEqual([])
    })
  })
}

async function reachesNothing(executor: Executor): Promise<void> {
  const { results } = await executor.run(
    programOf([
      'P0  kill(-1, SIGKILL) = -1 ESRCH',
      `P0  kill(${process.pid}, SIGKILL) = -1 ESRCH`,
      'P0  openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = -1 ENOENT',
      'P0  openat(AT_FDCWD, "/proc/sys/kernel/core_pattern", O_RDWR) = -1 ENOENT',
      'P0  openat(AT_FDCWD, "/usr/lib/lastrites-test", O_RDWR|O_CREAT, 0600) = -1 EROFS',
      'P0  getpid() = P0',
    ]),
  )
  const [all, host, password, sysctl, system, own] = results.map(({ result }) => result)
  expect([all, host, password]).toEqual(['ESRCH', 'ESRCH', 'ENOENT'])
  expect(sysctl).toBe('ENOENT')
  expect(['EROFS', 'ENOENT']).toContain(system)
  expect(own).toBe(2)
}

function startedWith(pid: string, word: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word) ||
      readFileSync(`/proc/${pid}/environ`, 'utf8').includes(word)
    )
  } catch {
    return false
  }
}

function expectationsOf(target: Target) {
  const expectations = new Expectations(target, '')
  return { absences: expectations.absences, met: (asked: Asked) => expectations.met(asked) }
}

function programIn(lines: readonly string[]): Program | undefined {
  try {
    const program = programOf(lines)
    encodeProgram(program, linux)
    return program
  } catch (error) {
    if (error instanceof CannotEncode) return undefined
    throw error
  }
}
