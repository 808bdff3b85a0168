// Plants faults in captures and shows how many the check finds, by class:
//   npm run plant -- [--each N] [--seed N] [--only CLASS,...] [--open] [--missed] [--json] [CAPTURE...]
import { parseArgs } from 'node:util'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { meanOf, sourceOf, survey, type Tally } from '../traces/plant/survey.ts'
import { wholeNumber } from './command.ts'
import { root } from './root.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    each: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    open: { type: 'boolean', default: false },
    missed: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const bundled = (): string[] =>
  readdirSync(join(root, 'traces/captures'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.strace(\.gz)?$/.test(name))
    .toSorted()
    .map((name) => join(root, 'traces/captures', name))

const share = (part: number, of: number): string => (of === 0 ? '' : `${Math.round((100 * part) / of)}%`).padStart(5)

const row = ({
  name,
  planted,
  captures,
  detected,
  atLine,
  withCause,
  mostViolations,
}: Omit<Tally, 'does' | 'missed'>): string =>
  `${name.padEnd(26)} ${String(planted).padStart(7)} ${String(captures).padStart(9)} ${share(detected, planted)}   ${share(atLine, planted)}    ${share(withCause, planted)}  ${planted === 0 ? '' : String(mostViolations).padStart(10)}`

const tallies: Tally[] = []
if (!values.json) console.log(`${'class'.padEnd(26)} planted  captures  found  at line  with cause  violations`)
const paths = positionals.length > 0 ? positionals : bundled()
const sources = paths.map((path) => sourceOf(path, values.open))
const closed = values.open
  ? paths.map((path) => sourceOf(path, false)).filter(({ history }) => history.closed)
  : sources
const options = {
  each: wholeNumber('--each', values.each),
  seed: wholeNumber('--seed', values.seed, 0),
  ...(values.only !== undefined && { only: values.only.split(',') }),
}
for await (const tally of survey(sources, options, closed)) {
  tallies.push(tally)
  if (values.json) console.log(JSON.stringify(tally))
  else console.log(row(tally))
  if (values.missed && !values.json) for (const why of tally.missed) console.log(`  ${why}`)
}

const sum = (count: (tally: Tally) => number): number => tallies.reduce((all, tally) => all + count(tally), 0)
if (!values.json) {
  const all = {
    name: 'all',
    planted: sum(({ planted }) => planted),
    captures: Math.max(...tallies.map(({ captures }) => captures)),
    detected: sum(({ detected }) => detected),
    atLine: sum(({ atLine }) => atLine),
    withCause: sum(({ withCause }) => withCause),
    mostViolations: Math.max(...tallies.map(({ mostViolations }) => mostViolations)),
  }
  console.log(row(all))
  console.log(`class drawn first: ${meanOf(tallies).toFixed(1)}% found at their line, with their cause in three lines`)
}
