/**
 * Tables of rows: the one container of the kernel's state.
 *
 * A kernel is forked for every outcome that a checker wants to keep, and edited in place while it follows one path.
 * Each row, bucket and table carries the stamp of the ledger that may write it; a fork gives both sides a new stamp, so
 * the first write after it copies one row, one bucket and one spine, and later writes copy nothing.
 *
 * Ids are `bucket << shift | place`. Objects that a process makes live in the bucket of their maker, so that two calls
 * of different processes give the same ids whichever comes first: interleavings that commute meet in equal states.
 */

import { equalValues, hashObject, mix } from './values.ts'

/** What every row carries for its table: who may write it, when it was last written, and its cached hash (0: unknown). */
export interface Row {
  own: number
  step: number
  hash: number
}

/**
 * What a maker of rows writes: the fields without the table's bookkeeping. An object that is made with the bookkeeping's
 * three fields at its end becomes the row as it is, which spares a copy of what is made most often.
 */
export type Fields<R extends Row> = Omit<R, keyof Row> | R

let lastStamp = 0

/** A list that kernels which have a past in common share. */
export interface Notes {
  readonly note: unknown
  readonly before: Notes | null
}

/** What the tables of one kernel share: the stamp that may write, the number of the step, and the rows it touched. */
export class Ledger {
  stamp = ++lastStamp
  step = 1
  /** Keys (`Table.key`) of rows written or removed since the list was last emptied; a row may stand here twice. */
  touched: number[] = []
  /** What a patch has written down of the way that led here, the last first. No rule reads it, and equal kernels may differ in it. */
  notes: Notes | null = null

  /** Empty the list, and keep its memory for the next step, which setting its length to 0 would not. */
  clear(): void {
    const { touched } = this
    while (touched.length > 0) touched.pop()
  }

  /** The present owner gives up its right to write in place. */
  renew(): void {
    this.stamp = ++lastStamp
  }
}

interface Bucket<R> {
  own: number
  live: number
  /** No free place lies below this one. */
  free: number
  hash: number
  rows: (R | undefined)[]
}

/** Neighbouring buckets: a table of many makers, most of them long dead, is copied a chunk at a time, empty ones never. */
interface Chunk<R> {
  own: number
  live: number
  buckets: (Bucket<R> | undefined)[]
}

const CHUNK_BITS = 6
const IN_CHUNK = (1 << CHUNK_BITS) - 1

/** Makes a shallow copy of a row, or a row of its fields; the bookkeeping is the table's to fill in. */
type Copy<R> = (row: Readonly<R>) => R

const copies = new Map<string, unknown>()
const BOOKKEEPING: ReadonlySet<string> = new Set<keyof Row>(['own', 'step', 'hash'])

/**
 * How the rows of a table are copied: by one object literal that names the fields of the first, so that all rows of the
 * table have one hidden class, whoever made them, with every field in the object itself. A spread expression gives the
 * engine another class for the copy, and code that met both is several times as slow.
 */
function copyOf<R extends Row>(table: string, first: Fields<R>): Copy<R> {
  let copy = copies.get(table) as Copy<R> | undefined
  if (copy === undefined) {
    const fields = Object.keys(first).flatMap((name) => (BOOKKEEPING.has(name) ? [] : [`${name}: row.${name}`]))
    // The text is made of the names of fields alone.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    copy = new Function('row', `return { ${fields.join(', ')}, own: 0, step: 0, hash: 0 }`) as Copy<R>
    copies.set(table, copy)
  }
  return copy
}

/** Tables of one kernel at the most: `key` packs the table's index beside the id. */
const TABLES = 32

/** The index of the table that a row's key (`Table.key`) speaks of, and the row's id in it. */
export const tableOfKey = (key: number): number => key % TABLES
export const idOfKey = (key: number): number => Math.floor(key / TABLES)

export class Table<R extends Row> {
  readonly name: string
  readonly index: number
  /** Bits of an id that name the place within its bucket. */
  readonly shift: number
  private readonly mask: number
  private copy: Copy<R> | undefined
  private readonly ledger: Ledger
  private own: number
  private chunks: (Chunk<R> | undefined)[]
  /** Rows in the table. */
  size: number

  constructor(name: string, index: number, shift: number, ledger: Ledger, from?: Table<R>) {
    this.name = name
    this.index = index
    this.shift = shift
    this.mask = (1 << shift) - 1
    this.copy = from?.copy
    this.ledger = ledger
    this.own = from === undefined ? ledger.stamp : 0
    this.chunks = from === undefined ? [] : from.chunks
    this.size = from === undefined ? 0 : from.size
  }

  fork(ledger: Ledger): Table<R> {
    return new Table(this.name, this.index, this.shift, ledger, this)
  }

  /** One number for a row of any table of the kernel. */
  key(id: number): number {
    return id * TABLES + this.index
  }

  private bucketOf(b: number): Bucket<R> | undefined {
    return this.chunks[b >>> CHUNK_BITS]?.buckets[b & IN_CHUNK]
  }

  get(id: number): Readonly<R> | undefined {
    return this.bucketOf(id >>> this.shift)?.rows[id & this.mask]
  }

  has(id: number): boolean {
    return this.get(id) !== undefined
  }

  /** The row, which must be there: a missing one is a slip of the model, not a finding. */
  at(id: number): Readonly<R> {
    const row = this.bucketOf(id >>> this.shift)?.rows[id & this.mask]
    if (row === undefined) throw new Error(`no ${this.name} ${id}`)
    return row
  }

  /** The row, writable until the kernel is next forked. Nested arrays and objects are values: replace, never mutate. */
  edit(id: number): R {
    const bucket = this.bucketToWrite(id >>> this.shift)
    const place = id & this.mask
    let row = bucket.rows[place]
    if (row === undefined) throw new Error(`no ${this.name} ${id}`)
    const { stamp, step } = this.ledger
    if (row.own !== stamp) {
      row = this.copy!(row)
      row.own = stamp
      bucket.rows[place] = row
    }
    if (row.step !== step) {
      row.step = step
      this.ledger.touched.push(id * TABLES + this.index)
    }
    row.hash = 0
    bucket.hash = 0
    return row
  }

  /** Put a row with these fields at an id that is free. */
  put(id: number, fields: Fields<R>): R {
    const bucket = this.bucketToWrite(id >>> this.shift)
    const place = id & this.mask
    if (bucket.rows[place] !== undefined) throw new Error(`${this.name} ${id} is there already`)
    this.copy ??= copyOf(this.name, fields)
    const row = 'own' in fields ? fields : this.copy(fields as R)
    row.own = this.ledger.stamp
    row.step = this.ledger.step
    row.hash = 0
    while (bucket.rows.length < place) bucket.rows.push(undefined)
    bucket.rows[place] = row
    bucket.live++
    bucket.hash = 0
    this.size++
    this.ledger.touched.push(id * TABLES + this.index)
    return row
  }

  /** Add a row in its maker's bucket, at the lowest free place there; the fields are made knowing the id. */
  add(maker: number, fields: (id: number) => Fields<R>): number {
    const id = this.freeId(maker)
    this.put(id, fields(id))
    return id
  }

  /** The id that `add` would take. A full bucket overflows into the next. */
  freeId(maker: number): number {
    for (let b = maker; ; b++) {
      const bucket = this.bucketOf(b)
      if (bucket === undefined) return b << this.shift
      if (bucket.live > this.mask) continue
      let place = bucket.free
      while (bucket.rows[place] !== undefined) place++
      bucket.free = place
      return (b << this.shift) | place
    }
  }

  /** The row at `from` goes to `to`, which is free; it is writable as after `edit`. */
  move(from: number, to: number): R {
    const row = this.at(from)
    this.remove(from)
    return this.put(to, this.copy!(row))
  }

  remove(id: number): void {
    const b = id >>> this.shift
    const bucket = this.bucketToWrite(b)
    const place = id & this.mask
    if (bucket.rows[place] === undefined) throw new Error(`no ${this.name} ${id}`)
    bucket.rows[place] = undefined
    bucket.hash = 0
    bucket.live--
    if (place < bucket.free) bucket.free = place
    if (bucket.live === 0) this.dropBucket(b)
    this.size--
    this.ledger.touched.push(id * TABLES + this.index)
  }

  forEach(visit: (row: Readonly<R>, id: number) => void): void {
    this.count((row, id) => {
      visit(row, id)
      return false
    })
  }

  /** The number of rows for which `holds`; allocates nothing. */
  count(holds: (row: Readonly<R>, id: number) => boolean): number {
    const { shift, chunks } = this
    let sum = 0
    for (let c = 0; c < chunks.length; c++) {
      const buckets = chunks[c]?.buckets
      if (buckets === undefined) continue
      for (let b = 0; b < buckets.length; b++) {
        const rows = buckets[b]?.rows
        if (rows === undefined) continue
        const first = ((c << CHUNK_BITS) | b) << shift
        for (let place = 0; place < rows.length; place++) {
          const row = rows[place]
          if (row !== undefined && holds(row, first | place)) sum++
        }
      }
    }
    return sum
  }

  private eachBucket(visit: (bucket: Bucket<R>, b: number) => void): void {
    const { chunks } = this
    for (let c = 0; c < chunks.length; c++) {
      const buckets = chunks[c]?.buckets
      if (buckets === undefined) continue
      for (let place = 0; place < buckets.length; place++) {
        const bucket = buckets[place]
        if (bucket !== undefined) visit(bucket, (c << CHUNK_BITS) | place)
      }
    }
  }

  /** All rows in order of their ids. */
  rows(): Readonly<R>[] {
    const all: Readonly<R>[] = []
    this.forEach((row) => all.push(row))
    return all
  }

  /** The ids of the rows for which `holds`. */
  ids(holds: (row: Readonly<R>) => boolean = () => true): number[] {
    const all: number[] = []
    this.forEach((row, id) => {
      if (holds(row)) all.push(id)
    })
    return all
  }

  hash(): number {
    let sum = this.index + 1
    this.eachBucket((bucket, b) => {
      if (bucket.hash === 0) bucket.hash = this.hashBucket(bucket, b)
      sum = (sum + bucket.hash) | 0
    })
    return mix(sum)
  }

  private hashBucket(bucket: Bucket<R>, b: number): number {
    let sum = 0
    for (let place = 0; place < bucket.rows.length; place++) {
      const row = bucket.rows[place]
      if (row === undefined) continue
      if (row.hash === 0) row.hash = hashObject(row)
      sum = (sum + mix(row.hash ^ Math.imul((b << this.shift) | place, 0x9e3779b1))) | 0
    }
    return mix(sum)
  }

  equals(other: Table<R>): boolean {
    if (this.chunks === other.chunks) return true
    if (this.size !== other.size) return false
    const length = Math.max(this.chunks.length, other.chunks.length)
    for (let c = 0; c < length; c++) {
      const left = this.chunks[c]
      const right = other.chunks[c]
      if (left === right) continue
      if (left === undefined || right === undefined || !equalChunks(left, right)) return false
    }
    return true
  }

  private chunkToWrite(b: number): Chunk<R> {
    const { stamp } = this.ledger
    if (this.own !== stamp) {
      this.chunks = this.chunks.slice()
      this.own = stamp
    }
    const c = b >>> CHUNK_BITS
    let chunk = this.chunks[c]
    if (chunk === undefined) {
      chunk = { own: stamp, live: 0, buckets: [] }
      while (this.chunks.length < c) this.chunks.push(undefined)
      this.chunks[c] = chunk
    } else if (chunk.own !== stamp) {
      chunk = { own: stamp, live: chunk.live, buckets: chunk.buckets.slice() }
      this.chunks[c] = chunk
    }
    return chunk
  }

  private bucketToWrite(b: number): Bucket<R> {
    const { stamp } = this.ledger
    const chunk = this.chunkToWrite(b)
    const place = b & IN_CHUNK
    let bucket = chunk.buckets[place]
    if (bucket === undefined) {
      bucket = { own: stamp, live: 0, free: 0, hash: 0, rows: [] }
      while (chunk.buckets.length < place) chunk.buckets.push(undefined)
      chunk.buckets[place] = bucket
      chunk.live++
    } else if (bucket.own !== stamp) {
      const { live, free, hash, rows } = bucket
      bucket = { own: stamp, live, free, hash, rows: rows.slice() }
      chunk.buckets[place] = bucket
    }
    return bucket
  }

  private dropBucket(b: number): void {
    const chunk = this.chunkToWrite(b)
    chunk.buckets[b & IN_CHUNK] = undefined
    chunk.live--
    if (chunk.live === 0) this.chunks[b >>> CHUNK_BITS] = undefined
  }
}

function equalChunks<R>(a: Chunk<R>, b: Chunk<R>): boolean {
  if (a.live !== b.live) return false
  const length = Math.max(a.buckets.length, b.buckets.length)
  for (let place = 0; place < length; place++) {
    const left = a.buckets[place]
    const right = b.buckets[place]
    if (left === right) continue
    if (left === undefined || right === undefined || left.live !== right.live) return false
    const places = Math.max(left.rows.length, right.rows.length)
    for (let i = 0; i < places; i++) if (!equalValues(left.rows[i], right.rows[i])) return false
  }
  return true
}
