import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the package, whether this runs from its source or from what was built of it. */
export const root: string = ((folder: string) => {
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
})(dirname(fileURLToPath(import.meta.url)))
