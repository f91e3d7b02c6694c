/** What each format is for: a sentence without its subject, as the demo and the table of `docs/reports.md` say it. */

/** By the id of the format; see `list.ts`. */
export const FORMAT_PURPOSES: Readonly<Record<string, string>> = {
  table: 'shows people the findings, what could hide some, and the verdict',
  json: 'keeps everything, for `assay gate`, `assay convert`, `assay diff` and own programs',
  'trivy-json': 'feeds programs that read the JSON of trivy',
  verdict: 'says why a run passed or failed, with what would change it',
  cyclonedx: 'lists packages and vulnerabilities as an SBOM of CycloneDX 1.6',
  'spdx-json': 'lists packages as an SBOM of SPDX 2.3',
  'cosign-vuln': 'is the predicate that `cosign attest --type vuln` signs',
  sarif: 'feeds code scanning of GitHub, and other readers of SARIF 2.1.0',
  junit: 'shows packages as tests in CI systems, as JUnit XML',
  csv: 'fills spreadsheets: a row for each finding and each gap',
  gitlab: 'feeds the security reports of GitLab: container or dependency scanning',
  markdown: 'fits a comment on a pull request: verdict, totals, table',
  github: 'annotates a run of GitHub Actions, and fills its job summary',
  template: 'writes what a [template](templates.md) of yours makes of the report',
};
