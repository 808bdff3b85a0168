import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isErrno } from '../model/errno.ts'
import { linux } from '../model/linux.ts'
import { outcomesOf } from './exercised.ts'
import { generate, neverSeen } from './generated.ts'

const { coverage, plainCalls, plainErrors } = generate({ rules: linux, runs: 20_000, seed: 1 })

/** Outcomes of a rule that no generated program meets, and why. */
const OUT_OF_REACH: readonly string[] = [
  // No call of the model makes a directory, or opens one: only a capture may show a descriptor of one.
  'read/EISDIR',
]

/** Arrows of a chart that no generated program takes, and why. */
const ARROWS_OUT_OF_REACH: readonly string[] = [
  // Only where kernel.shm_rmid_forced is set, which is a quirk.
  'shm-segment/live.unattached RMID_FORCED',
  'shm-segment/live.attached LAST_DETACH_RMID_FORCED',
  'shm-segment/marked LAST_DETACH_RMID_FORCED',
  // A queue without a name is opened by nobody who has it not open: /proc/PID/fd is not modelled.
  'posix-queue/live.unlinked+unregistered OPEN',
  'posix-queue/live.unlinked+registered OPEN',
  // The last close of a pseudo-terminal comes after that of its master, which hangs it up.
  'terminal/free LAST_CLOSE',
  'terminal/controlling LAST_CLOSE',
  // vhangup(2) and terminals other than pseudo-terminals are not modelled.
  'terminal/hung-up HANGUP',
  'terminal/hung-up REOPEN',
]

describe('20,000 generated programs', () => {
  it('meet every outcome that a rule can give', () => {
    expect(neverSeen(coverage.outcomes)).toEqual(OUT_OF_REACH)
  })

  it('run every phase of exit and of exec', () => {
    expect(neverSeen(coverage.phases)).toEqual([])
  })

  it('take every arrow of every lifecycle', () => {
    expect(neverSeen(coverage.arrows).sort()).toEqual(ARROWS_OUT_OF_REACH.toSorted())
  })

  it('meet no error that a call does not declare', () => {
    const undeclared = [...linux.syscalls.values()].flatMap((syscall) => {
      const declared: readonly string[] = [...outcomesOf(syscall), ...syscall.environment, ...ANYBODYS]
      return Object.keys(coverage.outcomes[syscall.hashAs]!)
        .filter((outcome) => isErrno(outcome) && !declared.includes(outcome))
        .map((outcome) => `${syscall.hashAs}/${outcome}`)
    })
    expect(undeclared).toEqual([])
  })

  it('fail in fewer than one call of twenty where no errors are asked for', () => {
    expect(plainErrors / plainCalls).toBeLessThan(0.05)
  })
})

/** What a name may lead to that others than the processes of the model may change. */
const ANYBODYS = linux.fn
  .surprises('EXDEV', 'EEXIST', 'ENOTEMPTY', 'ENXIO', 'ENODEV')
  .map(({ result }) => String(result))

describe('what a call declares', () => {
  const folder = new URL('../model/syscalls/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !/^index|\.test\./.test(name))

  for (const file of files) {
    it(`is every error that ${file} names`, async () => {
      const named = [...readFileSync(new URL(file, folder), 'utf8').matchAll(/fails\('(E[A-Z0-9]+)'\)/g)].map(
        ([, e]) => e!,
      )
      const exported = Object.values((await import(new URL(file, folder).href)) as object).flat()
      const calls = [...linux.syscalls.values()].filter((syscall) => exported.includes(syscall))
      const declared = calls.flatMap(({ errors, environment }): readonly string[] => [...errors, ...environment])
      expect(named.filter((errno) => !declared.includes(errno))).toEqual([])
    })
  }
})
