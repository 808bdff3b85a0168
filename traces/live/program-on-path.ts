import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program is that a command names, with its whole path; undefined where it is not. */
export function programOnPath(name: string): string | undefined {
  const folders = name.startsWith('/') ? ['/'] : (process.env.PATH ?? '').split(delimiter)
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
