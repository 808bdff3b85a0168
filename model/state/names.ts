import type { Ledger } from './table.ts'
import { hashValue, mix } from './values.ts'

/** A power of two. */
const SHELVES = 32

/** Names that hash alike; copied at the first write after a fork. */
interface Shelf {
  own: number
  readonly ids: Map<string, number>
}

/**
 * A directory of names to ids. Names that end alike stand on one shelf, so that a write after a fork copies few of them,
 * and a change somewhere in the tree need not look at all.
 */
export class Names {
  private readonly ledger: Ledger
  private own: number
  private shelves: (Shelf | undefined)[]
  private size: number
  /** Of the hashes of the entries, kept as they come and go. */
  private sum: number

  constructor(ledger: Ledger, from?: Names) {
    this.ledger = ledger
    this.own = from === undefined ? ledger.stamp : 0
    this.shelves = from === undefined ? [] : from.shelves
    this.size = from === undefined ? 0 : from.size
    this.sum = from === undefined ? 0 : from.sum
  }

  fork(ledger: Ledger): Names {
    return new Names(ledger, this)
  }

  get(name: string): number | undefined {
    return this.size === 0 ? undefined : this.shelves[shelfOf(name)]?.ids.get(name)
  }

  set(name: string, id: number): void {
    const ids = this.writable(name)
    const before = ids.get(name)
    if (before !== undefined) this.sum = (this.sum - hashOf(name, before)) | 0
    else this.size++
    this.sum = (this.sum + hashOf(name, id)) | 0
    ids.set(name, id)
  }

  delete(name: string): void {
    const before = this.get(name)
    if (before === undefined) return
    this.sum = (this.sum - hashOf(name, before)) | 0
    this.size--
    this.writable(name).delete(name)
  }

  *entries(): IterableIterator<[string, number]> {
    for (const shelf of this.shelves) if (shelf !== undefined) yield* shelf.ids
  }

  /** The names whose last component is that of this path; slashes at the end of either do not count. */
  endingAs(path: string): string[] {
    const end = endOf(path)
    const last = path.slice(path.lastIndexOf('/', end - 1) + 1, end)
    const names: string[] = []
    for (const name of this.shelves[shelfOf(path)]?.ids.keys() ?? []) {
      const before = endOf(name) - last.length - 1
      if (name.startsWith(last, before + 1) && (before === -1 || name.charCodeAt(before) === SLASH)) names.push(name)
    }
    return names
  }

  hash(): number {
    return mix(this.sum)
  }

  equals(other: Names): boolean {
    if (this.shelves === other.shelves) return true
    if (this.sum !== other.sum || this.size !== other.size) return false
    for (let at = 0; at < SHELVES; at++) {
      const mine = this.shelves[at]
      const its = other.shelves[at]
      if (mine === its || mine === undefined) continue
      for (const [name, id] of mine.ids) if (its?.ids.get(name) !== id) return false
    }
    return true
  }

  private writable(name: string): Map<string, number> {
    const { stamp } = this.ledger
    if (this.own !== stamp) {
      this.shelves = this.shelves.slice()
      this.own = stamp
    }
    const at = shelfOf(name)
    while (this.shelves.length <= at) this.shelves.push(undefined)
    let shelf = this.shelves[at]
    if (shelf?.own !== stamp) this.shelves[at] = shelf = { own: stamp, ids: new Map(shelf?.ids) }
    return shelf.ids
  }
}

const hashOf = (name: string, id: number): number => mix(hashValue(name) ^ id)

/** Where a name ends but for slashes. */
function endOf(name: string): number {
  let end = name.length
  while (end > 0 && name.charCodeAt(end - 1) === SLASH) end--
  return end
}

function shelfOf(name: string): number {
  let hash = 0
  for (let at = endOf(name) - 1; at >= 0; at--) {
    const code = name.charCodeAt(at)
    if (code === SLASH) break
    hash = (hash * 31 + code) | 0
  }
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SHELVES - 1)
}

const SLASH = 0x2f
