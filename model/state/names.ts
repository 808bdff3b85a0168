import type { Ledger } from './table.ts'
import { hashValue, mix } from './values.ts'

/** A directory of names to ids; copied at the first write after a fork. */
export class Names {
  private readonly ledger: Ledger
  private own: number
  private map: Map<string, number>

  constructor(ledger: Ledger, map = new Map<string, number>(), own = ledger.stamp) {
    this.ledger = ledger
    this.map = map
    this.own = own
  }

  fork(ledger: Ledger): Names {
    return new Names(ledger, this.map, 0)
  }

  get(name: string): number | undefined {
    return this.map.get(name)
  }

  set(name: string, id: number): void {
    this.writable().set(name, id)
  }

  delete(name: string): void {
    this.writable().delete(name)
  }

  entries(): IterableIterator<[string, number]> {
    return this.map.entries()
  }

  hash(): number {
    let sum = 0
    for (const [name, id] of this.map) sum = (sum + mix(hashValue(name) ^ id)) | 0
    return mix(sum)
  }

  equals(other: Names): boolean {
    if (this.map === other.map) return true
    return this.map.size === other.map.size && [...this.map].every(([name, id]) => other.map.get(name) === id)
  }

  private writable(): Map<string, number> {
    if (this.own !== this.ledger.stamp) {
      this.map = new Map(this.map)
      this.own = this.ledger.stamp
    }
    return this.map
  }
}
