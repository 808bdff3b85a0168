import { hasNoEffect } from '../../model/functions/signals.ts'
import type { Kernel } from '../../model/kernel.ts'
import { SIGSTOP, STOP_SIGNALS } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { OUTSIDE } from './world.ts'
import { spellPath } from '../../model/functions/names.ts'
import { patchFunctions, type Patch } from '../../model/rules.ts'

/** Under this key stands a name that the capture has seen unlinked. */
const gone = (path: string): string => `unlinked ${spellPath(path)}`

/**
 * Files were there before a capture began, and unless its world was closed others may change them. So a name that the
 * capture has not shown may lead anywhere, and without a closed world one that it has shown may too.
 */
export const namesOutside = (closed: boolean): Patch =>
  patchFunctions(({ unbindName, addMapping, fatesOf, createAndOpen }) => ({
    // A store into shared memory is no call: from here on nobody knows what is in the file.
    addMapping(kernel, mm, fields, locked) {
      if (fields.kind === 'shared-file' && fields.writable) {
        const { inode } = kernel.descriptions.at(fields.description)
        if (kernel.inodes.at(inode).data !== '') kernel.inodes.edit(inode).data = ''
      }
      addMapping(kernel, mm, fields, locked)
    },
    // Whether a group with members outside is orphaned depends on what became of their parents.
    fatesOf(kernel, process, signal) {
      const fates = fatesOf(kernel, process, signal)
      const { signal: number } = signal.info
      const depends =
        !closed && hasSignal(STOP_SIGNALS, number) && number !== SIGSTOP && fates[0]?.becomes !== 'handler'
      if (!depends || hasNoEffect(process, number) || !isShared(kernel, process.group)) return fates
      return [
        { signal, becomes: 'stop' },
        { signal, becomes: 'nothing' },
      ]
    },
    isAnybodys: (kernel, path) =>
      !closed || (kernel.names.get(spellPath(path)) === undefined && kernel.names.get(gone(path)) === undefined),
    // That it was there before shows when what is read from it is not what was written.
    mayBeOld: () => false,
    createAndOpen(kernel, caller, path, flags) {
      if (!isOfSystem(path)) createAndOpen(kernel, caller, path, flags)
      else kernel.fn.openFound(kernel, caller, path, kernel.fn.lookupName(kernel, path), flags)
    },
    unbindName(kernel, path) {
      if (closed && kernel.names.get(spellPath(path)) !== undefined) kernel.names.set(gone(path), 1)
      unbindName(kernel, path)
    },
  }))

/** Devices, and what the kernel shows as files, are there before: O_CREAT makes none, as in `> /dev/null`. */
const isOfSystem = (path: string): boolean =>
  /^\/(?:proc|sys|dev(?!\/(?:shm|mqueue)\/))\/|\.\.\/dev\/(?:null|zero|full)$/.test(spellPath(path))

/** The group has a member that the capture does not show. */
const isShared = (kernel: Kernel, group: number): boolean =>
  kernel.groups.get(group)?.members.includes(OUTSIDE) === true
