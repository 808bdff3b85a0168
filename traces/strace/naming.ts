/** The process whose lines bear no pid. */
const UNNAMED = 0

/** The init of a pid namespace, in captures as in the model. */
const INIT = 1

/** Above every number that the model hands out. */
const NOBODY = 1 << 28

/**
 * The numbers of a capture and those of the model. Pids become dense numbers as they appear; identifiers of System V
 * objects are bound to the model's when the call that makes them returns.
 */
export class Naming {
  private readonly dense = new Map<number, number>()
  private readonly real = new Map<number, number>()
  private readonly traced = new Set<number>()
  private readonly expected: number[] = []
  private readonly groups = new Map<number, number>()
  private readonly oldGroups = new Map<number, number>()
  private readonly objects = new Map<string, number>()
  private next: number
  /** A number not seen before may be that of an expected process: false while a call is read that found nobody there. */
  expecting = true

  /** Nobody outside the capture acted, and its processes began as a fresh namespace's do. */
  readonly closed: boolean

  /** There are no processes and no objects but those that the history shows. */
  private readonly complete: boolean

  /** `next` is the first number to hand out. */
  constructor(next: number, closed: boolean, complete = false) {
    this.next = next
    this.closed = closed
    this.complete = complete
  }

  /** Processes and threads that the capture has shown. */
  get count(): number {
    return this.traced.size
  }

  bind(real: number, dense: number): void {
    this.dense.set(real, dense)
    this.real.set(dense, real)
  }

  /** The model's number of a pid or tid seen before. */
  known(real: number): number | undefined {
    return this.dense.get(real)
  }

  /** A number for a new process or thread. A pid that the kernel used before names a new one from now on. */
  fresh(real: number): number {
    const dense = this.next++
    this.bind(real, dense)
    this.traced.add(dense)
    return dense
  }

  /** A number for a process or thread that was made by a call whose result the capture does not show. */
  expect(): number {
    const dense = this.next++
    this.expected.push(dense)
    return dense
  }

  /** Some process or thread was made of which the number is not known yet. */
  get isExpecting(): boolean {
    return this.expected.length > 0
  }

  /** A pid was said to be that of a new process, and is that of an older one still; which the new one bears is not known. */
  giveBack(real: number, older: number, newer: number): void {
    this.bind(real, older)
    this.real.delete(newer)
    this.traced.delete(newer)
    if (!this.expected.includes(newer)) this.expected.push(newer)
  }

  /** The model's number of a pid, which may be the one that is expected. */
  find(real: number): number | undefined {
    const known = this.dense.get(real)
    if (known !== undefined || !this.expecting || this.expected.length !== 1) return known
    const dense = this.expected.pop()!
    this.bind(real, dense)
    this.traced.add(dense)
    return dense
  }

  /** A process known by one number so far turns out to bear another. */
  rename(from: number, to: number): void {
    const dense = this.dense.get(from)
    if (dense !== undefined) this.bind(to, dense)
  }

  /** The pid in the capture of a process of the model; undefined when the capture has not shown it. */
  realOf(dense: number): number | undefined {
    return this.real.get(dense)
  }

  /** Whether a number seen for a process can be the model's: it is, or neither was named before; then it is from now on. */
  agrees(real: number, dense: number): boolean {
    // Whoever began the capture may be the init of the namespace itself, who adopts orphans.
    if (real === INIT && dense === INIT) return true
    const known = this.dense.get(real)
    const shown = this.real.get(dense)
    if (known !== undefined || (shown !== undefined && shown !== UNNAMED)) return known === dense
    this.bind(real, dense)
    return true
  }

  /**
   * The same for a process group or a session, which may be older than the capture: its number is that of a process, or
   * one that no process of the capture bears.
   */
  agreesOnGroup(real: number, dense: number): boolean {
    const leader = this.real.get(dense)
    if (leader !== undefined && this.traced.has(dense)) return leader === real
    const led = this.dense.get(real)
    if (led !== undefined && this.traced.has(led)) return false
    const known = this.groups.get(dense)
    if (known === undefined) {
      this.groups.set(dense, real)
      this.oldGroups.set(real, dense)
    }
    return known === undefined || known === real
  }

  object(of: 'shm' | 'sem' | 'msg', real: number): number | undefined {
    return this.objects.get(`${of} ${real}`)
  }

  /** The model's number of a group or session that is older than the capture, once the capture has shown it. */
  oldGroup(real: number): number | undefined {
    return this.oldGroups.get(real)
  }

  /** A number that stands for no process; undefined where one outside the capture may bear it. */
  nobody(real: number): number | undefined {
    return this.complete && (!this.expecting || this.expected.length === 0) ? NOBODY + real : undefined
  }

  bindObject(of: 'shm' | 'sem' | 'msg', real: number, id: number): void {
    this.objects.set(`${of} ${real}`, id)
  }
}
