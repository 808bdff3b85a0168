import type { Ledger } from './table.ts'
import { hashValue, mix } from './values.ts'

/** A directory of names to ids; copied at the first write after a fork. */
export class Names {
  private readonly ledger: Ledger
  private own: number
  private map: Map<string, number>
  /** Of the hashes of the entries, kept as they come and go. */
  private sum: number

  constructor(ledger: Ledger, map = new Map<string, number>(), own = ledger.stamp, sum = 0) {
    this.ledger = ledger
    this.map = map
    this.own = own
    this.sum = sum
  }

  fork(ledger: Ledger): Names {
    return new Names(ledger, this.map, 0, this.sum)
  }

  get(name: string): number | undefined {
    return this.map.get(name)
  }

  set(name: string, id: number): void {
    const map = this.writable()
    const before = map.get(name)
    if (before !== undefined) this.sum = (this.sum - hashOf(name, before)) | 0
    this.sum = (this.sum + hashOf(name, id)) | 0
    map.set(name, id)
  }

  delete(name: string): void {
    const map = this.writable()
    const before = map.get(name)
    if (before !== undefined) this.sum = (this.sum - hashOf(name, before)) | 0
    map.delete(name)
  }

  entries(): IterableIterator<[string, number]> {
    return this.map.entries()
  }

  hash(): number {
    return mix(this.sum)
  }

  equals(other: Names): boolean {
    if (this.map === other.map) return true
    if (this.sum !== other.sum || this.map.size !== other.map.size) return false
    return [...this.map].every(([name, id]) => other.map.get(name) === id)
  }

  private writable(): Map<string, number> {
    if (this.own !== this.ledger.stamp) {
      this.map = new Map(this.map)
      this.own = this.ledger.stamp
    }
    return this.map
  }
}

const hashOf = (name: string, id: number): number => mix(hashValue(name) ^ id)
