import { expect, it } from 'vitest'
import { boot } from './boot.ts'
import { copyOf } from './goals.ts'
import { linux } from './linux.ts'

it('a copy of a kernel lists what was written since somebody last asked, however much that is', () => {
  const kernel = boot(linux)
  const writes = 200_000
  for (let write = 0; write < writes; write++) kernel.touch(write)
  const { touched } = copyOf(kernel).ledger
  expect(touched).toEqual(kernel.ledger.touched)
  expect(touched.length).toBeGreaterThanOrEqual(writes)
})
