/** The model was asked for a lifecycle move that its chart does not have: a slip in a rule, never a finding. */
export class MissingArrow extends Error {
  override readonly name = 'MissingArrow'
  readonly chart: string
  readonly state: string
  readonly event: string

  constructor(
    chart: { readonly id: string; readonly table: Readonly<Record<string, object>> },
    state: string,
    event: string,
  ) {
    const row = chart.table[state]
    const known =
      row === undefined
        ? `known states: ${Object.keys(chart.table).join(', ')}`
        : `known events: ${Object.keys(row).join(', ') || 'none'}`
    super(`${chart.id}: no arrow for ${event} from "${state}"; ${known}`)
    this.chart = chart.id
    this.state = state
    this.event = event
  }
}
