/** What /proc/PID/stat says, as far as it is compared. Source: proc_pid_stat(5). */
export interface ProcStat {
  readonly state: string
  readonly parent: number
  readonly group: number
  readonly session: number
  /** The device number of the controlling terminal, and its foreground group; 0 and -1 without one. */
  readonly terminal: number
  readonly foreground: number
  readonly threads: number
  /** The signal that its parent gets at its death; -1 of a thread that is not the main one. */
  readonly exitSignal: number
}

export function readStat(text: string): ProcStat {
  const words = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [parent, group, session, terminal, foreground] = words.slice(1, 6).map(Number)
  return {
    state: words[0]!,
    parent: parent!,
    group: group!,
    session: session!,
    terminal: terminal!,
    foreground: foreground!,
    threads: Number(words[17]),
    exitSignal: Number(words[35]),
  }
}

/** The lines `Name: value` of a file of /proc. */
export const readFields = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const]
    }),
  )

/** A table of /proc/sysvipc by the names of its columns. Source: proc_sysvipc(5). */
export function readTable(text: string): ReadonlyMap<string, string>[] {
  const [head, ...rows] = text.split('\n').filter((line) => line.trim() !== '')
  const columns = head?.trim().split(/\s+/) ?? []
  return rows.map((row) => {
    const words = row.trim().split(/\s+/)
    return new Map(columns.map((column, i) => [column, words[i] ?? '']))
  })
}

/** A lock of /proc/locks, or a request that waits for one. Source: proc_locks(5). */
export interface ProcLock {
  readonly kind: string
  readonly mode: string
  readonly pid: number
  /** Device and inode. */
  readonly file: string
  readonly start: number
  readonly end: number
}

/** The locks that are held, and the requests that wait. */
export function readLocks(text: string): { readonly held: readonly ProcLock[]; readonly waiting: readonly ProcLock[] } {
  const held: ProcLock[] = []
  const waiting: ProcLock[] = []
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/)
    if (words.length < 8) continue
    const waits = words[1] === '->'
    const [kind, , mode, pid, file, start, end] = words.slice(waits ? 2 : 1) as [string, ...string[]]
    const lock = {
      kind,
      mode: mode!,
      pid: Number(pid),
      file: file!,
      start: Number(start),
      end: end === 'EOF' ? Infinity : Number(end),
    }
    if (waits) waiting.push(lock)
    else held.push(lock)
  }
  return { held, waiting }
}
