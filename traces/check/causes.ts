import type { Kernel } from '../../model/kernel.ts'
import { idOfKey, tableOfKey } from '../../model/state/table.ts'
import type { StitchEvent } from '../strace/interval.ts'
import { detached } from '../strace/names.ts'

/** An earlier line, and what it shows. */
export interface Cause {
  readonly line: number
  readonly text: string
}

/** Lines after which events are put into words: each keeps the text of its file around it in memory. */
const FRESH = 20_000
/** For so many lines it is remembered what wrote a row that is gone. */
const RECENT = 50_000

/** What last wrote each row of the state. Its size goes with that of the state, not with the length of the capture. */
export class Causes {
  private readonly describe: (event: StitchEvent) => string
  private readonly written = new Map<number, StitchEvent | Cause>()
  private tidied = 0

  constructor(describe: (event: StitchEvent) => string) {
    this.describe = describe
  }

  note(key: number, event: StitchEvent): void {
    this.written.set(key, event)
  }

  /** The last line that wrote one of the rows with these keys. */
  latest(keys: readonly number[]): Cause | undefined {
    let last: StitchEvent | Cause | undefined
    for (const key of keys) {
      const cause = this.written.get(key)
      if (cause !== undefined && (last === undefined || cause.line > last.line)) last = cause
    }
    return last === undefined ? undefined : this.inWords(last)
  }

  /** Now and then: puts events into words, and forgets what wrote rows that are long gone. `line` is the present one. */
  tidy(kernel: Kernel, line: number): void {
    if (line - this.tidied < FRESH) return
    this.tidied = line
    const words = new Map<StitchEvent | Cause, Cause>()
    for (const [key, cause] of this.written) {
      if (line - cause.line > RECENT && !kernel.tables[tableOfKey(key)]!.has(idOfKey(key))) {
        this.written.delete(key)
      } else if ('kind' in cause) {
        let worded = words.get(cause)
        if (worded === undefined) words.set(cause, (worded = this.inWords(cause)))
        this.written.set(key, worded)
      }
    }
  }

  private inWords(cause: StitchEvent | Cause): Cause {
    return 'kind' in cause ? { line: cause.line, text: detached(this.describe(cause)) } : cause
  }
}
