/** Searches that are left out before the next one is made, at first and at the most. */
const FIRST_REST = 16
const LONGEST_REST = 256
/** A search that finds something makes up for so many in vain. */
const WORTH = 8

/** Of searches that were in vain again and again one is made now and then, and ever more rarely, until one finds something. */
export class Patience {
  private readonly most: number
  private vain = 0
  private rest = FIRST_REST
  private left = 0

  /** So many searches may be in vain before most are left out. */
  constructor(most: number) {
    this.most = most
  }

  /** The next search is to be left out. */
  get rests(): boolean {
    return this.left > 0
  }

  /** A search has found nothing, or it was left out. */
  inVain(isMade: boolean): void {
    if (!isMade) this.left = Math.max(0, this.left - 1)
    else if (++this.vain > this.most) {
      this.left = this.rest
      this.rest = Math.min(2 * this.rest, LONGEST_REST)
    }
  }

  /** A search has found something. */
  rewarded(): void {
    this.vain = Math.max(0, this.vain - WORTH)
    this.rest = FIRST_REST
    this.left = 0
  }
}
