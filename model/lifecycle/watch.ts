import type { Chart } from './compile.ts'

/** Told of every move along an arrow of a chart. */
export type OnMove = (chart: string, state: string, event: string) => void

/**
 * Have `note` called for every move along an arrow of these charts, until the function that is returned is called. The
 * tables themselves tell, so that moves cost nothing while nobody watches.
 */
export function watchMoves(charts: readonly Chart[], note: OnMove): () => void {
  const untouched = charts.map((chart) => chart.table)
  for (const chart of charts) setTable(chart, telling(chart, note))
  return () => charts.forEach((chart, i) => setTable(chart, untouched[i]!))
}

type Table = Chart['table']

function telling({ id, table }: Chart, note: OnMove): Table {
  const rows = Object.entries(table).map(([state, row]) => [state, tellingRow(id, state, row, note)] as const)
  return Object.fromEntries(rows)
}

function tellingRow(chart: string, state: string, row: Table[string], note: OnMove): Table[string] {
  const told = {}
  for (const [event, next] of Object.entries(row)) {
    const get = () => {
      note(chart, state, event)
      return next
    }
    Object.defineProperty(told, event, { get, enumerable: true })
  }
  return told
}

const setTable = (chart: Chart, table: Table): void => {
  ;(chart as { table: Table }).table = table
}
