/** All reporters: a cheap row each; the code is loaded when its format is asked for. */

import type { Reporter } from './reporter.ts';

export interface ReporterRow {
  /** As `--format` takes it. */
  readonly id: string;
  readonly mediaType: string;
  /** What it is for, as the table of `docs/reports.md` and the demo say it: a sentence without its subject. */
  readonly purpose: string;
  load(): Promise<Reporter>;
}

export const REPORTERS: readonly ReporterRow[] = [
  {
    id: 'table',
    mediaType: 'text/plain',
    purpose: 'shows people the findings, what could hide some, and the verdict',
    load: async () => (await import('./table.ts')).table,
  },
  {
    id: 'json',
    mediaType: 'application/json',
    purpose: 'keeps everything, for `assay gate`, `assay convert`, `assay diff` and own programs',
    load: async () => (await import('./json.ts')).json,
  },
  {
    id: 'trivy-json',
    mediaType: 'application/json',
    purpose: 'feeds programs that read the JSON of trivy',
    load: async () => (await import('./trivy-json.ts')).trivyJson,
  },
  {
    id: 'verdict',
    mediaType: 'application/json',
    purpose: 'says why a run passed or failed, with what would change it',
    load: async () => (await import('./verdict.ts')).verdict,
  },
  {
    id: 'cyclonedx',
    mediaType: 'application/vnd.cyclonedx+json; version=1.6',
    purpose: 'lists packages and vulnerabilities as an SBOM of CycloneDX 1.6',
    load: async () => (await import('./cyclonedx.ts')).cyclonedx,
  },
  {
    id: 'spdx-json',
    mediaType: 'application/spdx+json',
    purpose: 'lists packages as an SBOM of SPDX 2.3',
    load: async () => (await import('./spdx-json.ts')).spdxJson,
  },
  {
    id: 'cosign-vuln',
    mediaType: 'application/json',
    purpose: 'is the predicate that `cosign attest --type vuln` signs',
    load: async () => (await import('./cosign-vuln.ts')).cosignVuln,
  },
  {
    id: 'sarif',
    mediaType: 'application/sarif+json',
    purpose: 'feeds code scanning of GitHub, and other readers of SARIF 2.1.0',
    load: async () => (await import('./sarif.ts')).sarif,
  },
  {
    id: 'junit',
    mediaType: 'application/xml',
    purpose: 'shows packages as tests in CI systems, as JUnit XML',
    load: async () => (await import('./junit.ts')).junit,
  },
  {
    id: 'csv',
    mediaType: 'text/csv',
    purpose: 'fills spreadsheets: a row for each finding and each gap',
    load: async () => (await import('./csv.ts')).csv,
  },
  {
    id: 'gitlab',
    mediaType: 'application/json',
    purpose: 'feeds the security reports of GitLab: container or dependency scanning',
    load: async () => (await import('./gitlab.ts')).gitlab,
  },
  {
    id: 'markdown',
    mediaType: 'text/markdown',
    purpose: 'fits a comment on a pull request: verdict, totals, table',
    load: async () => (await import('./markdown.ts')).markdown,
  },
  {
    id: 'github',
    mediaType: 'text/plain',
    purpose: 'annotates a run of GitHub Actions, and fills its job summary',
    load: async () => (await import('./github.ts')).github,
  },
];
