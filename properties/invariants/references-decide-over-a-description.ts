import { always, sometimes } from '../invariant.ts'

export const referencesDecideOverADescription = always({
  name: 'an open file description is open just as long as it has references',
  source: 'open(2), close(2); fs/file_table.c fput(), __fput()',
  of: 'descriptions',
  offends: (_kernel, { state, references }) => (state === 'open' ? references < 1 : references !== 0),
  sometimes: sometimes({
    name: 'the last reference to an open file description is gone, and its release is under way',
    of: 'descriptions',
    seen: (_kernel, { state }) => state === 'releasing',
  }),
})
