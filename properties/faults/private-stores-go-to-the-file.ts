import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { privateStoresChangeNoFile } from '../invariants/private-stores-change-no-file.ts'

export const privateStoresGoToTheFile: Fault = {
  name: 'a store to a private mapping writes the page of the file, as if it were shared',
  source: 'mm/memory.c do_wp_page(); CVE-2016-5195',
  breaks: [privateStoresChangeNoFile.name],
  apply: patchFunctions((fn) => ({
    storePrivately(kernel, mm, mapping, at, text) {
      fn.storePrivately(kernel, mm, mapping, at, text)
      if (mapping.kind !== 'private-file') return
      const inode = kernel.inodes.edit(kernel.descriptions.at(mapping.description).inode)
      if (inode.data.length === inode.size)
        inode.data = inode.data.slice(0, at) + text + inode.data.slice(at + text.length)
    },
  })),
}
