import { descriptionOf, isCloexec } from '../model/functions/files.ts'
import type { Kernel } from '../model/kernel.ts'

/**
 * What an onlooker may see of a kernel at rest, as one string: /proc (stat, status, fd, fdinfo, locks, maps, sysvipc), the
 * files themselves, and IPC_STAT. Equal strings: nobody can tell the kernels apart without making a call. The signals pending for a dead `victim` are left out: the one that killed it
 * is among them.
 * Source: proc(5), sysvipc(7).
 */
export function visible(kernel: Kernel, victim = 0): string {
  return JSON.stringify({
    processes: kernel.processes.rows().map((process) => ({
      pid: process.pid,
      state: process.state,
      parent: process.parent === 0 ? 0 : kernel.threads.get(process.parent)?.pid,
      group: process.group,
      session: process.session,
      terminal: process.terminal,
      pending: process.pid === victim ? [] : process.pending.map(({ signal }) => signal),
      threads: process.threads,
    })),
    threads: kernel.threads.rows().map((thread) => ({
      tid: thread.tid,
      call: thread.call?.syscall.hashAs,
      pending: thread.tid === victim ? [] : thread.pending.map(({ signal }) => signal),
      blocked: thread.blocked,
      descriptors: descriptorsOf(kernel, thread.files),
      mappings: kernel.mms
        .get(thread.mm)
        ?.mappings.map(({ address, length, kind, state }) => [address, length, kind, state]),
    })),
    inodes: kernel.inodes.rows().map((inode) => ({
      kind: inode.kind,
      links: inode.links,
      size: inode.size,
      data: inode.data,
      recordLocks: inode.recordLocks.map(({ pid, type, start, end }) => [pid, type, start, String(end)]),
      flocks: inode.flocks.map(({ pid, type }) => [pid, type]),
      unread: inode.pipe?.buffers.reduce((sum, { bytes }) => sum + bytes, 0),
    })),
    terminals: kernel.terminals.rows().map(({ session, foreground }) => [session, foreground]),
    shms: kernel.shms
      .rows()
      .map(({ state, key, size, nattch, cpid, lpid, data }) => [state, key, size, nattch, cpid, lpid, data]),
    sems: kernel.sems.rows().map(({ key, semaphores }) => [key, semaphores.map(({ value, pid }) => [value, pid])]),
    msgs: kernel.msgs
      .rows()
      .map(({ key, messages, capacity, lspid, lrpid }) => [key, messages, capacity, lspid, lrpid]),
    queues: kernel.queues.rows().map(({ name, messages, notify }) => [name, messages, notify]),
    semaphores: kernel.namedSemaphores.rows().map(({ name, value }) => [name, value]),
    names: [...kernel.names.entries()].map(([name]) => name).sort(),
  })
}

/** /proc/PID/fdinfo: number, offset, flags. */
function descriptorsOf(kernel: Kernel, files: number): unknown {
  return kernel.files.get(files)?.slots.map((slot) => {
    const description = slot === 0 ? undefined : kernel.descriptions.get(descriptionOf(slot))
    return description === undefined
      ? null
      : [
          isCloexec(slot),
          description.inode,
          description.offset,
          description.access,
          description.append,
          description.nonblock,
        ]
  })
}
