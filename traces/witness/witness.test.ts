import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkText } from '../check/check-capture.ts'
import { explain } from '../check/explain.ts'
import { readEvent, type WitnessEvent } from './event.ts'
import { parseWitness, witnessOf } from './open.ts'

const folder = new URL('../captures/witness/', import.meta.url)
const names = readdirSync(folder).flatMap((name) => (name.endsWith('.strace.gz') ? [name.slice(0, -10)] : []))
const textOf = (name: string) => gunzipSync(readFileSync(new URL(name, folder))).toString('latin1')

const check = (name: string, witness: string) =>
  checkText(textOf(`${name}.strace.gz`), name, { witness: parseWitness(witness, `${name}.witness`) })

/** Its lines, with those of one event replaced. */
function altered(text: string, event: WitnessEvent, by: readonly string[]): string {
  const lines = text.split('\n')
  return [...lines.slice(0, event.line - 1), ...by, ...lines.slice(event.line)].join('\n')
}

/** Events of the program itself: what strace did before it called execve does not count. */
function eventsOf(text: string): WitnessEvent[] {
  const events = text.split('\n').flatMap((line, index) => readEvent(line, index + 1) ?? [])
  return events.slice(events.findIndex(({ name }) => name === 'sched_process_exec'))
}

describe('what tracepoints of the kernel told beside strace', () => {
  it('is there for at least 20 programs', () => {
    expect(names.length).toBeGreaterThanOrEqual(20)
  })

  for (const name of names) {
    it(`bears out the capture and the steps of the model (${name})`, async () => {
      const verdict = await check(name, textOf(`${name}.witness.gz`))
      expect(explain(verdict)).toContain(`${name}  conforms`)
      expect(verdict.witness!.matched).toBeGreaterThan(3)
    })
  }
})

const SAMPLE = ['wait-status', 'record-lock-waiter', 'orphan-stopped-parent-exit', 'exit-group-threads', 'kill-rules']

type Alteration = (line: string, event: WitnessEvent, tids: ReadonlySet<number>) => readonly string[] | undefined

const ALTERATIONS: Readonly<Record<string, Alteration>> = {
  'an event is missing': () => [],
  // A terminal of which the capture tells nothing may hang up as well.
  'an event is there twice': (line, event) =>
    event.name === 'signal_generate' && event.code === 128 ? undefined : [line, line],
  'a signal is another': (line, { name }) =>
    name.startsWith('signal') ? [line.replace(/sig=(\d+)/, (_, sig) => `sig=${sig === '10' ? 12 : 10}`)] : undefined,
  // The group that a program waits for may be older than the capture.
  'an event is about another process': (line, { name, about }, tids) =>
    /^(sched|signal_generate)/.test(name) && tids.has(about)
      ? [line.replaceAll(/ (child_)?pid=(\d+)/g, (_, child = '', pid) => ` ${String(child)}pid=${Number(pid) + 1000}`)]
      : undefined,
  'the result of a lock is another': (line, { name }) =>
    name === 'fcntl_setlk' ? [line.replace(/ret=(-?\d+)/, (_, ret) => `ret=${ret === '0' ? -11 : 0}`)] : undefined,
}

/**
 * Whether nothing shows that the event was altered. A request for a lock that waits is made as often as it is woken;
 * strace may be told of a stop or not.
 */
const isLoose = (event: WitnessEvent): boolean =>
  event.name === 'posix_lock_inode' ||
  (event.name === 'signal_generate' &&
    (event.code === 5 || event.code === 6 || event.result !== 0 || event.signal === 18))

describe('a witness that is altered', () => {
  for (const [why, alter] of Object.entries(ALTERATIONS)) {
    for (const name of SAMPLE) {
      it(`is noticed: ${why} (${name})`, async () => {
        const text = textOf(`${name}.witness.gz`)
        const missed: string[] = []
        const events = eventsOf(text)
        const tids = new Set(events.map(({ tid }) => tid))
        for (const event of events) {
          const by = alter(text.split('\n')[event.line - 1]!, event, tids)
          if (by === undefined || isLoose(event)) continue
          const { verdict, violations } = await check(name, altered(text, event, by))
          if (verdict !== 'violates' || violations.length > 3) missed.push(`${event.line} ${event.text}`)
        }
        expect(missed).toEqual([])
      })
    }
  }

  it('is named with both lines and the rule', async () => {
    const text = textOf('wait-status.witness.gz')
    const event = eventsOf(text).find(({ name }) => name === 'signal_deliver')!
    const by = [text.split('\n')[event.line - 1]!.replace(/sig=\d+/, 'sig=10')]
    const verdict = await check('wait-status', altered(text, event, by))
    const [where, seen, allowed, because, rule] = explain(verdict).split('\n')
    const line = Number(/^wait-status:(\d+) {2}violates$/.exec(where!)![1])
    expect(textOf('wait-status.strace.gz').split('\n')[line - 1]).toContain('--- SIGCHLD')
    expect(seen).toContain(`wait-status.witness:${event.line} signal_deliver: sig=10`)
    expect(allowed).toContain('takes SIGCHLD')
    expect(because).toContain(`line ${line} of the capture`)
    expect(rule).toContain('kernel/signal.c get_signal()')
  })
})

describe('a witness that is not whole', () => {
  const whole = textOf('wait-status.witness.gz')

  for (const [why, text] of [
    ['the witness has lost 3 events', whole.replace('# lost: 0', '# lost: 3')],
    ['its recording was cut short', whole.slice(0, whole.indexOf('# lost'))],
    ['cannot be read', whole.replaceAll('group_dead=true', 'group_dead=maybe')],
  ] as const) {
    it(`says nothing: ${why}`, async () => {
      const verdict = await check('wait-status', text)
      expect(verdict.verdict).toBe('undecided')
      expect(verdict.undecided[0]!.why).toContain(why)
      expect(verdict.witness!.matched).toBe(0)
    })
  }

  it('and whose recording did not wait for the last of all that died, may lack it', async () => {
    const text = whole
      .replace('# settled: yes', '# settled: no')
      .split('\n')
      .filter((line) => line.startsWith('#') || !line.includes('sched_process_free'))
    expect((await check('wait-status', text.join('\n'))).verdict).toBe('conforms')
  })

  it('is no witness without its first line', () => {
    expect(() => parseWitness('# kernel: Linux\n', 'x')).toThrow('this is no witness')
  })
})

it('a witness stands beside its capture', () => {
  expect(witnessOf('a/x.strace')).toBe('a/x.witness')
  expect(witnessOf('a/x.strace.gz')).toBe('a/x.witness.gz')
  expect(witnessOf('trace')).toBe('trace.witness')
})
