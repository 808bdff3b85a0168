import { fails, type Answer } from '../syscall.ts'

/**
 * What comes of a count of bytes that is negative as a signed number; undefined for any other. No buffer is so long: EFAULT,
 * where that is looked at first, as on x86-64 and ARM, or else EINVAL, as on s390.
 * Source: read(2); fs/read_write.c vfs_read(), rw_verify_area(), arch/x86/include/asm/uaccess_64.h access_ok().
 */
export const refusedCount = (count: number): Answer | undefined =>
  count < 0 || count >= 2 ** 63 ? [...fails('EFAULT'), ...fails('EINVAL')] : undefined
