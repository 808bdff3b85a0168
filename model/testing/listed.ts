import { readdirSync } from 'node:fs'

/**
 * The files of a folder none of whose exports, nor of the members of an exported array, is in the list: somebody forgot
 * the line that lists them. `folder` is a URL; index files and tests do not count.
 */
export async function unlisted(
  folder: URL,
  list: readonly unknown[],
  besides: readonly string[] = [],
): Promise<string[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !/\.test\.ts$|^index\.ts$/.test(name))
  const missing: string[] = []
  for (const name of files) {
    if (besides.includes(name)) continue
    const exported = Object.values((await import(new URL(name, folder).href)) as object).flat()
    if (!exported.some((value) => list.includes(value))) missing.push(name)
  }
  return missing
}
