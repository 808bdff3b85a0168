import { spellPath } from '../../model/functions/names.ts'
import { patchFunctions, type Patch } from '../../model/rules.ts'

/**
 * Files were there before a capture began, and unless its world was closed others may change them. So a name that the
 * capture has not shown may lead anywhere, and without a closed world one that it has shown may too.
 */
export const namesOutside = (closed: boolean): Patch =>
  patchFunctions(() => ({
    isAnybodys(kernel, path) {
      const inode = kernel.names.get(spellPath(path))
      return !closed || inode === undefined || kernel.inodes.at(inode).kind === 'opaque'
    },
  }))
