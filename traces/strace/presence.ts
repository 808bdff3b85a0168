/**
 * Who is being traced, in captures whose lines name a process only while there are several (strace -f without -o).
 * The first process prints no pid while it is alone, so its pid is learned later: from the first line with a pid that
 * nothing has introduced, neither a message nor the result of a fork. Messages may be hidden (-q), so while the first
 * process is inside a call only the result of that call can be its own line.
 */
import { unnamed } from './lines.ts'

export class Presence {
  private readonly present = new Set<number>()
  private first: 'unseen' | 'unnamed' | 'named' = 'unseen'

  /** The process that a line without a pid is about; undefined if several could be meant. */
  only(): number | undefined {
    if (this.first === 'unseen') {
      this.first = 'unnamed'
      this.present.add(unnamed)
    }
    if (this.present.size !== 1) return undefined
    const [pid] = this.present
    return pid
  }

  /** A line bears `pid`. True if that is the name of the process that had none, provided that the line can be its own. */
  arrive(pid: number, canBeFirst: boolean): boolean {
    if (this.present.has(pid)) return false
    this.present.add(pid)
    if (this.first === 'unseen') this.first = 'named'
    if (this.first === 'named' || !canBeFirst) return false
    this.first = 'named'
    this.present.delete(unnamed)
    return true
  }

  /** A message or the result of a fork names `pid`, a process other than the first; unless nothing came before: then it is the first. */
  introduce(pid: number): void {
    this.present.add(pid)
    if (this.first === 'unseen') this.first = 'named'
  }

  leave(pid: number): void {
    this.present.delete(pid)
  }
}
