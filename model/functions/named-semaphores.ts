import type { Kernel } from '../kernel.ts'

/** One mapping of a named semaphore fewer. Source: sem_close(3), sem_unlink(3). */
export function semaphorePut(_kernel: Kernel, _semaphore: number): void {}
