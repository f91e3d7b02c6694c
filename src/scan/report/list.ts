/** All reporters: a cheap row each; the code is loaded when its format is asked for. */

import type { Reporter } from './reporter.ts';

/** A row of the list of reporters. */
export interface ReporterRow {
  /** The id, as `--format` takes it. */
  readonly id: string;
  load(): Promise<Reporter>;
}

/** The format of a template of the user, which no reporter writes; see `template/`. */
export const TEMPLATE_FORMAT = 'template';

/** The reporters in the order in which help and documentation list them, the default first. */
export const REPORTERS: readonly ReporterRow[] = [
  {
    id: 'table',
    load: async () => (await import('./table/table.ts')).table,
  },
  {
    id: 'json',
    load: async () => (await import('./json/json.ts')).json,
  },
  {
    id: 'trivy-json',
    load: async () => (await import('./trivy/trivy-json.ts')).trivyJson,
  },
  {
    id: 'verdict',
    load: async () => (await import('./findings/verdict.ts')).verdict,
  },
  {
    id: 'cyclonedx',
    load: async () => (await import('./sbom/cyclonedx.ts')).cyclonedx,
  },
  {
    id: 'spdx-json',
    load: async () => (await import('./sbom/spdx-json.ts')).spdxJson,
  },
  {
    id: 'cosign-vuln',
    load: async () => (await import('./cosign-vuln.ts')).cosignVuln,
  },
  {
    id: 'sarif',
    load: async () => (await import('./sarif/sarif.ts')).sarif,
  },
  {
    id: 'junit',
    load: async () => (await import('./junit/junit.ts')).junit,
  },
  {
    id: 'csv',
    load: async () => (await import('./csv/csv.ts')).csv,
  },
  {
    id: 'gitlab',
    load: async () => (await import('./gitlab/gitlab.ts')).gitlab,
  },
  {
    id: 'gitlab-sast',
    load: async () => (await import('./gitlab/gitlab-sast.ts')).gitlabSast,
  },
  {
    id: 'gitlab-secret-detection',
    load: async () => (await import('./gitlab/gitlab-secret-detection.ts')).gitlabSecretDetection,
  },
  {
    id: 'gitlab-codequality',
    load: async () => (await import('./gitlab/gitlab-codequality.ts')).gitlabCodequality,
  },
  {
    id: 'markdown',
    load: async () => (await import('./markdown/markdown.ts')).markdown,
  },
  {
    id: 'github',
    load: async () => (await import('./github.ts')).github,
  },
];

/** All that `--format` takes. */
export const FORMAT_NAMES: readonly string[] = [...REPORTERS.map(({ id }) => id), TEMPLATE_FORMAT];
