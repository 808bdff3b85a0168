/**
 * Sets of signals 1..64 as two 32-bit words, as the kernel's sigset_t: bit n-1 stands for signal n.
 * Source: sigsetops(3); include/linux/signal.h.
 */
export interface SignalSet {
  readonly low: number
  readonly high: number
}

/** Bytes of a set, which calls ask for: sizeof(sigset_t). Source: include/uapi/asm-generic/signal.h. */
export const SIGSET_SIZE = 8

export const NO_SIGNALS: SignalSet = { low: 0, high: 0 }

const make = (low: number, high: number): SignalSet => (low === 0 && high === 0 ? NO_SIGNALS : { low, high })

export const ALL_SIGNALS: SignalSet = make(-1, -1)

export const hasSignal = (set: SignalSet, signal: number): boolean =>
  ((signal <= 32 ? set.low >>> (signal - 1) : set.high >>> (signal - 33)) & 1) === 1

export const setOfSignals = (...signals: number[]): SignalSet => {
  let low = 0
  let high = 0
  for (const signal of signals) {
    if (signal <= 32) low |= 1 << (signal - 1)
    else high |= 1 << (signal - 33)
  }
  return make(low, high)
}

export const withSignals = (a: SignalSet, b: SignalSet): SignalSet =>
  (a.low | b.low) === a.low && (a.high | b.high) === a.high ? a : make(a.low | b.low, a.high | b.high)

export const withoutSignals = (a: SignalSet, b: SignalSet): SignalSet => make(a.low & ~b.low, a.high & ~b.high)

export const sameSignals = (a: SignalSet, b: SignalSet): boolean => a.low === b.low && a.high === b.high

/** The members in ascending order. */
export function signalsOf(set: SignalSet): number[] {
  const all: number[] = []
  for (let signal = 1; signal <= 64; signal++) if (hasSignal(set, signal)) all.push(signal)
  return all
}
