/** Structural hashes and equality of what rows hold; both are blind to a row's bookkeeping. */

/** Hashes over values; equal values give equal hashes. 32 bits, never 0. */
export function hashValue(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return hashNumber(value)
    case 'string':
      return hashString(value)
    case 'boolean':
      return value ? 0x2545f491 : 0x6c078965
    case 'object':
      return value === null ? 0x3c6ef372 : hashObject(value)
    default:
      return 0x1b873593
  }
}

function hashNumber(value: number): number {
  const low = value | 0
  return mix(low === value ? low : Math.imul(low, 31) ^ (value / 0x100000000))
}

function hashString(value: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193)
  return mix(hash)
}

/** An object with a `hashAs` stands for that string: a syscall in a pending call is its name, not its code. */
export function hashObject(value: object): number {
  let hash = 0x51ed270b
  if (Array.isArray(value)) {
    for (const item of value) hash = mix(Math.imul(hash, 31) ^ hashValue(item))
    return hash
  }
  if (value instanceof Set) {
    for (const item of value) hash = (hash + hashValue(item)) | 0
    return mix(hash)
  }
  if ('hashAs' in value) return hashString(value.hashAs as string)
  for (const key in value) {
    if (isBookkeeping(key)) continue
    const field = (value as Record<string, unknown>)[key]
    if (field === undefined) continue
    hash = mix(Math.imul(hash, 31) ^ hashValue(field))
  }
  return hash
}

export function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash ^= hash >>> 16
  return hash === 0 ? 1 : hash
}

/** Structural equality, blind to a row's bookkeeping. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equalValues(item, b[i]))
  }
  if (a instanceof Set) return b instanceof Set && a.size === b.size && [...a].every((item) => b.has(item))
  if ('hashAs' in a) return 'hashAs' in b && a.hashAs === b.hashAs
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  for (const key in left) if (!isBookkeeping(key) && !equalValues(left[key], right[key])) return false
  for (const key in right) if (!(key in left) && !isBookkeeping(key) && right[key] !== undefined) return false
  return true
}

const isBookkeeping = (key: string): boolean => key === 'own' || key === 'step' || key === 'hash' || key === 'slotsOwn'
