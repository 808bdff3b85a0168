/** The machine lacks what live runs need: what, and how to get it. */
export class LacksMeans extends Error {
  override readonly name = 'LacksMeans'
}
