/**
 * Who is being traced, in captures whose lines name a process only while there are several (strace -f without -o).
 * The first process prints no pid while it is alone, so its pid is learned later: from the first line with a pid that
 * nothing has introduced, neither a message nor the result of a fork. Messages may be hidden (-q), so while the first
 * process is inside a call only the result of that call can be its own line.
 */
import { unnamed } from './lines.ts'

export class Presence {
  private readonly present = new Set<number>()
  private readonly others = new Set<number>()
  private first: 'unseen' | 'unnamed' | 'named' = 'unseen'
  /** Who was alone before the others came, until a line of its own bears its pid. */
  private wasAlone: number | undefined
  /** Whose line was the last that bears a pid, if none without one came after it. */
  private named: number | undefined

  /** The process that a line without a pid is about; undefined if several could be meant. */
  only(): number | undefined {
    this.named = undefined
    // All who are known may be gone: one is left then of whom nothing was shown.
    if (this.first === 'unseen' || this.present.size === 0) {
      this.first = 'unnamed'
      this.present.add(unnamed)
    }
    if (this.present.size !== 1) return undefined
    const [pid] = this.present
    return pid
  }

  /** Everybody who is not known to be dead. */
  all(): readonly number[] {
    return [...this.present]
  }

  /** Nobody is left but those for whom this holds, nor is anybody expected whose lines would bear a pid. */
  isOver(leaves: (pid: number) => boolean): boolean {
    for (const pid of this.present) if (!leaves(pid)) return false
    if (this.first === 'unnamed') return true
    for (const pid of this.others) if (!leaves(pid)) return false
    return true
  }

  /** No line bears a pid, though there are children: the lines are those of one process, as in a file of -ff. */
  isOfOne(): boolean {
    return this.first === 'unnamed' && this.others.size > 0 && this.present.size === 1
  }

  /** A line bears `pid`. True if that is the name of the process that had none, provided that the line can be its own. */
  arrive(pid: number, canBeFirst: boolean): boolean {
    if (pid === this.wasAlone) this.wasAlone = undefined
    const isNew = !this.present.has(pid)
    if (isNew) this.join(pid)
    this.named = pid
    if (!isNew) return false
    if (this.first === 'unseen') this.first = 'named'
    if (this.first === 'named' || !canBeFirst || this.others.has(pid)) return false
    this.first = 'named'
    this.present.delete(unnamed)
    if (this.wasAlone === unnamed) this.wasAlone = undefined
    return true
  }

  /** strace says that it has attached to `pid`; if nothing came before, that is the first process. */
  attach(pid: number): void {
    this.join(pid)
    if (this.first === 'unseen') this.first = 'named'
  }

  private join(pid: number): void {
    const [alone] = this.present
    if (this.present.size === 1 && alone !== this.named) this.wasAlone = alone
    this.present.add(pid)
  }

  /**
   * The process that was alone when it began a call which is printed only now that it has ended (-e status=, -z); undefined
   * if there is none, or it was asked for before.
   */
  late(): number | undefined {
    const pid = this.wasAlone
    this.wasAlone = undefined
    return pid !== undefined && this.present.has(pid) ? pid : undefined
  }

  /** A fork returned `pid`: it is not the first process. strace may yet count one process only, until it meets the child. */
  fork(pid: number): void {
    this.others.add(pid)
  }

  /** Whether a pid may still turn up for the process that had none. */
  firstIsUnnamed(): boolean {
    return this.first === 'unnamed'
  }

  leave(pid: number): void {
    if (pid === unnamed && this.first === 'unnamed') this.first = 'named'
    this.present.delete(pid)
    this.others.delete(pid)
  }
}
