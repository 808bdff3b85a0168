/**
 * A function that makes an object of these fields from their values in that order, by one object literal: an object that
 * is filled field by field under names that vary costs a search for each.
 */
export function makerOf(names: readonly string[]): (values: readonly unknown[]) => Record<string, unknown> {
  const fields = names.map((name, index) => `${JSON.stringify(name)}: values[${index}]`)
  // The text is made of the names of fields alone.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  return new Function('values', `return { ${fields.join(', ')} }`) as ReturnType<typeof makerOf>
}

/**
 * A function that calls each of the given ones in turn, from a call site of its own. One loop over a hundred small
 * properties is a single call site that meets them all, which the engine can neither predict nor inline.
 *
 * `statement` is what to do with one of them: `$f` stands for the function, `$i` for its place; `first` and `last` stand
 * before and behind them all.
 */
export function unrolled(
  functions: readonly ((...args: never) => unknown)[],
  parameters: readonly string[],
  statement: string,
  last: string,
  first = '',
): unknown {
  const names = functions.map((_, index) => `f${index}`)
  const statements = names.map((name, index) => statement.replaceAll('$f', name).replaceAll('$i', String(index)))
  const source = `return (${parameters.join(', ')}) => {\n${first}\n${statements.join('\n')}\n${last}\n}`
  // The text is made of this module's own words and numbers alone.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  return (new Function(...names, source) as (...all: unknown[]) => unknown)(...functions)
}
