import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const unsharingCloseRangeCopiesTooLittle: Fault = {
  name: 'close_range with CLOSE_RANGE_UNSHARE and CLOSE_RANGE_CLOEXEC drops the descriptors that it should mark',
  source: 'close_range(2); fs/file.c, mended by commit fec8a6a69103',
  breaks: [],
  apply: patchFunctions((fn) => ({
    closeOrMarkRange(kernel, tid, from, to, flags) {
      if (flags.has('CLOSE_RANGE_UNSHARE') && flags.has('CLOSE_RANGE_CLOEXEC')) {
        fn.unshareFiles(kernel, tid)
        fn.closeRange(kernel, tid, from, to)
      } else fn.closeOrMarkRange(kernel, tid, from, to, flags)
    },
  })),
}
