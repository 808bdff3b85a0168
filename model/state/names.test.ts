import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Names } from './names.ts'
import { Ledger } from './table.ts'

const name = fc.constantFrom('a', 'b', 'c', 'mq:/a')

it('directories of the same names are equal and have one hash, whatever came and went before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.nat({ max: 3 }))), (changes) => {
      const before = new Names(new Ledger())
      const after = before.fork(new Ledger())
      for (const [path, id] of changes) {
        if (id === 0) after.delete(path)
        else after.set(path, id)
      }
      const anew = new Names(new Ledger())
      for (const [path, id] of [...after.entries()].toReversed()) anew.set(path, id)
      expect([anew.hash(), anew.equals(after), after.equals(anew)]).toEqual([after.hash(), true, true])
      expect([...before.entries()]).toEqual([])
    }),
  )
})

it('another number behind a name makes another directory', () => {
  const one = new Names(new Ledger())
  const other = new Names(new Ledger())
  one.set('a', 1)
  other.set('a', 2)
  expect([one.equals(other), one.hash() === other.hash()]).toEqual([false, false])
})

it('the names that end alike are those with the same last component, in whatever directory', () => {
  const part = fc.constantFrom('a', 'b', 'ab', 'a.b')
  const path = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '/'))
    .map(([parts, end]) => parts.join('/') + end)
  const lastOf = (name: string) => name.replace(/\/+$/, '').split('/').at(-1)
  fc.assert(
    fc.property(fc.uniqueArray(path), path, (paths, asked) => {
      const names = new Names(new Ledger())
      for (const [id, name] of paths.entries()) names.set(name, id + 1)
      expect(names.endingAs(asked).sort()).toEqual(paths.filter((name) => lastOf(name) === lastOf(asked)).sort())
    }),
  )
})
