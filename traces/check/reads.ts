import type { Kernel } from '../../model/kernel.ts'
import type { Row, Table } from '../../model/state/table.ts'

/** What a question reads: its answer, and the keys of the rows that it looked at, which explain the answer. */
export function readRows<T>(kernel: Kernel, question: (kernel: Kernel) => T): { value: T; keys: number[] } {
  const keys = new Set<number>()
  const watched = Object.create(kernel) as Record<string, unknown>
  for (const [field, value] of Object.entries(kernel)) {
    if (kernel.tables.includes(value as Table<Row>)) watched[field] = watch(value as Table<Row>, keys)
  }
  return { value: question(watched as unknown as Kernel), keys: [...keys] }
}

function watch(table: Table<Row>, keys: Set<number>): object {
  return Object.create(table, {
    get: {
      value(id: number) {
        keys.add(table.key(id))
        return table.get(id)
      },
    },
    at: {
      value(id: number) {
        keys.add(table.key(id))
        return table.at(id)
      },
    },
  }) as object
}
