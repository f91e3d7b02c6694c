/** All reporters: a cheap row each; the code is loaded when its format is asked for. */

import type { Reporter } from './reporter.ts';

export interface ReporterRow {
  /** As `--format` takes it. */
  readonly id: string;
  readonly mediaType: string;
  load(): Promise<Reporter>;
}

/** The format of a template of the user, which no reporter writes; see `template/`. */
export const TEMPLATE_FORMAT = 'template';

export const REPORTERS: readonly ReporterRow[] = [
  {
    id: 'table',
    mediaType: 'text/plain',
    load: async () => (await import('./table.ts')).table,
  },
  {
    id: 'json',
    mediaType: 'application/json',
    load: async () => (await import('./json.ts')).json,
  },
  {
    id: 'trivy-json',
    mediaType: 'application/json',
    load: async () => (await import('./trivy-json.ts')).trivyJson,
  },
  {
    id: 'verdict',
    mediaType: 'application/json',
    load: async () => (await import('./verdict.ts')).verdict,
  },
  {
    id: 'cyclonedx',
    mediaType: 'application/vnd.cyclonedx+json; version=1.6',
    load: async () => (await import('./cyclonedx.ts')).cyclonedx,
  },
  {
    id: 'spdx-json',
    mediaType: 'application/spdx+json',
    load: async () => (await import('./spdx-json.ts')).spdxJson,
  },
  {
    id: 'cosign-vuln',
    mediaType: 'application/json',
    load: async () => (await import('./cosign-vuln.ts')).cosignVuln,
  },
  {
    id: 'sarif',
    mediaType: 'application/sarif+json',
    load: async () => (await import('./sarif.ts')).sarif,
  },
  {
    id: 'junit',
    mediaType: 'application/xml',
    load: async () => (await import('./junit.ts')).junit,
  },
  {
    id: 'csv',
    mediaType: 'text/csv',
    load: async () => (await import('./csv.ts')).csv,
  },
  {
    id: 'gitlab',
    mediaType: 'application/json',
    load: async () => (await import('./gitlab.ts')).gitlab,
  },
  {
    id: 'markdown',
    mediaType: 'text/markdown',
    load: async () => (await import('./markdown.ts')).markdown,
  },
  {
    id: 'github',
    mediaType: 'text/plain',
    load: async () => (await import('./github.ts')).github,
  },
];

/** All that `--format` takes. */
export const FORMAT_NAMES: readonly string[] = [...REPORTERS.map(({ id }) => id), TEMPLATE_FORMAT];
