/** A structure in the making, little-endian, as the kernel reads it. */
export class Bytes {
  private readonly view: DataView

  constructor(length: number) {
    this.view = new DataView(new ArrayBuffer(length))
  }

  i16(at: number, value: number): this {
    this.view.setInt16(at, value, true)
    return this
  }

  i32(at: number, value: number): this {
    this.view.setInt32(at, value | 0, true)
    return this
  }

  i64(at: number, value: number | bigint): this {
    this.view.setBigInt64(at, BigInt.asIntN(64, BigInt(value)), true)
    return this
  }

  hex(): string {
    return Buffer.from(this.view.buffer).toString('hex')
  }
}

/** A structure as the kernel wrote it, little-endian. */
export class Written {
  private readonly buffer: Buffer

  constructor(hex: string) {
    this.buffer = Buffer.from(hex, 'hex')
  }

  i16(at: number): number {
    return this.buffer.readInt16LE(at)
  }

  u16(at: number): number {
    return this.buffer.readUInt16LE(at)
  }

  i32(at: number): number {
    return this.buffer.readInt32LE(at)
  }

  /** As many as there are. */
  i32s(): number[] {
    return Array.from({ length: this.buffer.length >> 2 }, (_, i) => this.i32(4 * i))
  }

  i64(at: number): number {
    return Number(this.buffer.readBigInt64LE(at))
  }

  u64(at: number): bigint {
    return this.buffer.readBigUInt64LE(at)
  }

  /** A character a byte. */
  text(from: number, length: number): string {
    return this.buffer.toString('latin1', from, from + length)
  }
}
