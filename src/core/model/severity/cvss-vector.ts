/**
 * The text form that all versions of CVSS share: `KEY:VALUE` pairs joined by `/`. Refused are
 * unknown metrics, values that a metric does not have, a metric given twice, and a missing base
 * metric.
 */

/** A text that is no CVSS vector. The message quotes it and says what is wrong. */
export class CvssError extends Error {
  override readonly name = 'CvssError';
}

/** A metric and what it may say. */
export interface Metric {
  readonly values: readonly string[];
  /** Base metrics; without one there is no score. */
  readonly isRequired: boolean;
}

/** Metrics of one version, in the order of its specification. */
export type MetricTable = ReadonlyMap<string, Metric>;

/** Builds a table from lines such as `AV N A L P`. */
export function metricTable(required: readonly string[], optional: readonly string[]): MetricTable {
  const table = new Map<string, Metric>();
  for (const [lines, isRequired] of [
    [required, true],
    [optional, false],
  ] as const) {
    for (const line of lines) {
      const [key = '', ...values] = line.split(' ');
      table.set(key, { values, isRequired });
    }
  }
  return table;
}

/**
 * Returns the metrics that a vector names; those left out are absent.
 * @throws {@link CvssError}
 */
export function readMetrics(
  vector: string,
  { prefix, table, isOrdered }: { prefix: string; table: MetricTable; isOrdered: boolean },
): ReadonlyMap<string, string> {
  const refuse = (reason: string): CvssError =>
    new CvssError(`"${vector}" is no CVSS vector: ${reason}`);
  const order = [...table.keys()];
  const metrics = new Map<string, string>();
  let lastPosition = -1;
  for (const pair of vector.slice(prefix.length).split('/')) {
    const colon = pair.indexOf(':');
    const key = pair.slice(0, Math.max(colon, 0));
    const value = pair.slice(colon + 1);
    const metric = table.get(key);
    if (metric === undefined) throw refuse(`there is no metric "${colon < 0 ? pair : key}"`);
    if (!metric.values.includes(value)) throw refuse(`"${key}" cannot be "${value}"`);
    if (metrics.has(key)) throw refuse(`"${key}" is given twice`);
    const position = order.indexOf(key);
    if (isOrdered && position < lastPosition) throw refuse(`"${key}" is out of order`);
    lastPosition = position;
    metrics.set(key, value);
  }
  for (const [key, { isRequired }] of table) {
    if (isRequired && !metrics.has(key)) throw refuse(`the base metric "${key}" is missing`);
  }
  return metrics;
}

/**
 * Returns the weight of a metric's value; an omitted metric weighs as the value that stands for
 * "not defined".
 */
export function weightOf(
  weights: Readonly<Record<string, number>>,
  value: string | undefined,
  notDefined = 1,
): number {
  return (value === undefined ? undefined : weights[value]) ?? notDefined;
}
