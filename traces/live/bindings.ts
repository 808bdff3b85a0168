/** Identifiers of System V objects: the kernel's, and those of the model, bound when the call that makes one returns. */
export class Bindings {
  private readonly ids = new Map<string, number>()

  bind(of: 'shm' | 'sem' | 'msg', live: number, id: number): void {
    this.ids.set(`${of} ${live}`, id)
  }

  /** The model's identifier; the kernel's own where no object is bound to it. */
  known(of: 'shm' | 'sem' | 'msg', live: number): number {
    return this.ids.get(`${of} ${live}`) ?? live
  }

  has(of: 'shm' | 'sem' | 'msg', live: number): boolean {
    return this.ids.has(`${of} ${live}`)
  }
}
