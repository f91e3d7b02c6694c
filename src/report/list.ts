/** All reporters: a cheap row each; the code is loaded when its format is asked for. */

import type { Reporter } from './reporter.ts';

export interface ReporterRow {
  /** As `--format` takes it. */
  readonly id: string;
  readonly mediaType: string;
  load(): Promise<Reporter>;
}

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
];
