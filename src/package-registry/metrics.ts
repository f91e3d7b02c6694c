/**
 * Counters of a registry in the text format of Prometheus.
 *
 * Source: Prometheus documentation, "Exposition formats", text format 0.0.4.
 */

/** Counters by name and labels. */
export interface Metrics {
  count(name: keyof typeof HELP, labels?: Readonly<Record<string, string>>, by?: number): void;
  text(): string;
}

/** The counters, with their help. Labels have few values each. */
const HELP = {
  assay_registry_requests_total: 'Requests by kind and status.',
  assay_registry_decisions_total: 'Served and refused versions by decision.',
  assay_registry_sent_bytes_total: 'Bytes of bodies that were sent.',
  assay_registry_events_total: 'Changed bytes and digests.',
} as const;

/** Makes counters that are zero. */
export function createMetrics(): Metrics {
  const values = new Map<string, Map<string, number>>();
  return {
    count: (name, labels = {}, by = 1) => {
      let rows = values.get(name);
      if (rows === undefined) values.set(name, (rows = new Map<string, number>()));
      const key = labelsText(labels);
      rows.set(key, (rows.get(key) ?? 0) + by);
    },
    text: () =>
      Object.entries(HELP)
        .map(([name, help]) => {
          const rows = [...(values.get(name) ?? [])].map(
            ([key, value]) => `${name}${key} ${value}\n`,
          );
          return `# HELP ${name} ${help}\n# TYPE ${name} counter\n${rows.join('')}`;
        })
        .join(''),
  };
}

const SPECIAL = /["\\\n]/u;

function labelsText(labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const key in labels) {
    const value = labels[key] ?? '';
    const plain = SPECIAL.test(value) ? value.replace(/["\\\n]/gu, ' ') : value;
    text += `${text === '' ? '{' : ','}${key}="${plain}"`;
  }
  return text === '' ? '' : `${text}}`;
}
