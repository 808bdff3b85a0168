import { spellPath } from '../../model/functions/names.ts'
import { patchFunctions, type Patch } from '../../model/rules.ts'

/** Under this key stands a name that the capture has seen unlinked. */
const gone = (path: string): string => `unlinked ${spellPath(path)}`

/**
 * Files were there before a capture began, and unless its world was closed others may change them. So a name that the
 * capture has not shown may lead anywhere, and without a closed world one that it has shown may too.
 */
export const namesOutside = (closed: boolean): Patch =>
  patchFunctions(({ unbindName }) => ({
    isAnybodys: (kernel, path) =>
      !closed || (kernel.names.get(spellPath(path)) === undefined && kernel.names.get(gone(path)) === undefined),
    unbindName(kernel, path) {
      if (closed && kernel.names.get(spellPath(path)) !== undefined) kernel.names.set(gone(path), 1)
      unbindName(kernel, path)
    },
  }))
