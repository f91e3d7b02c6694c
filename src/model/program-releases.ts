/**
 * The lines of releases of runtimes and servers, and the last day on which each is maintained free of charge. Dates are
 * facts of the projects; the comment at each table names what is counted. Paid extensions do not count. A line that is not
 * in its table is newer than the table, or older than all of it.
 */

/** One line of releases. */
export interface ProgramReleaseLine {
  /** The first numbers of its versions, as in `3.13`, `20`. */
  readonly line: string;
  /** Last day of free support, `YYYY-MM-DD`; a project that names only a month means its last day. */
  readonly supportedUntil: string;
}

/** By the name of the program; newest first. */
export const PROGRAM_RELEASE_LINES: ReadonlyMap<string, readonly ProgramReleaseLine[]> = new Map([
  // devguide.python.org/versions: end of life.
  [
    'python',
    lines(
      ['3.14', '2030-10-31'],
      ['3.13', '2029-10-31'],
      ['3.12', '2028-10-31'],
      ['3.11', '2027-10-31'],
      ['3.10', '2026-10-31'],
      ['3.9', '2025-10-31'],
      ['3.8', '2024-10-07'],
      ['3.7', '2023-06-27'],
      ['3.6', '2021-12-23'],
      ['3.5', '2020-09-30'],
      ['3.4', '2019-03-18'],
      ['2.7', '2020-01-01'],
    ),
  ],
  // github.com/nodejs/release: end-of-life.
  [
    'node',
    lines(
      ['25', '2026-06-01'],
      ['24', '2028-04-30'],
      ['23', '2025-06-01'],
      ['22', '2027-04-30'],
      ['21', '2024-06-01'],
      ['20', '2026-04-30'],
      ['19', '2023-06-01'],
      ['18', '2025-04-30'],
      ['17', '2022-06-01'],
      ['16', '2023-09-11'],
      ['15', '2021-06-01'],
      ['14', '2023-04-30'],
      ['12', '2022-04-30'],
      ['10', '2021-04-30'],
    ),
  ],
  // php.net/supported-versions: security support until.
  [
    'php',
    lines(
      ['8.5', '2029-12-31'],
      ['8.4', '2028-12-31'],
      ['8.3', '2027-12-31'],
      ['8.2', '2026-12-31'],
      ['8.1', '2025-12-31'],
      ['8.0', '2023-11-26'],
      ['7.4', '2022-11-28'],
      ['7.3', '2021-12-06'],
      ['7.2', '2020-11-30'],
      ['5.6', '2018-12-31'],
    ),
  ],
  // ruby-lang.org/en/downloads/branches: end of life, or expected end.
  [
    'ruby',
    lines(
      ['3.4', '2028-03-31'],
      ['3.3', '2027-03-31'],
      ['3.2', '2026-03-31'],
      ['3.1', '2025-03-26'],
      ['3.0', '2024-04-23'],
      ['2.7', '2023-03-31'],
      ['2.6', '2022-04-12'],
    ),
  ],
  // perlpolicy: the two latest stable lines; three years from the release of a line.
  [
    'perl',
    lines(
      ['5.42', '2028-07-03'],
      ['5.40', '2027-06-09'],
      ['5.38', '2026-07-02'],
      ['5.36', '2025-05-28'],
      ['5.34', '2024-05-20'],
    ),
  ],
  // adoptium.net/support: end of availability, "at least".
  [
    'openjdk',
    lines(
      ['25', '2031-09-30'],
      ['24', '2025-09-30'],
      ['23', '2025-03-31'],
      ['22', '2024-09-30'],
      ['21', '2029-12-31'],
      ['20', '2023-09-30'],
      ['19', '2023-03-31'],
      ['18', '2022-09-30'],
      ['17', '2027-10-31'],
      ['16', '2021-09-30'],
      ['11', '2027-10-31'],
      ['8', '2030-12-31'],
    ),
  ],
  // postgresql.org/support/versioning: final release.
  [
    'postgresql',
    lines(
      ['18', '2030-11-14'],
      ['17', '2029-11-08'],
      ['16', '2028-11-09'],
      ['15', '2027-11-11'],
      ['14', '2026-11-12'],
      ['13', '2025-11-13'],
      ['12', '2024-11-21'],
      ['11', '2023-11-09'],
      ['10', '2022-11-10'],
      ['9.6', '2021-11-11'],
    ),
  ],
  // mariadb.org/about/#maintenance-policy: long-term series.
  [
    'mariadb',
    lines(
      ['11.8', '2028-06-04'],
      ['11.4', '2029-05-29'],
      ['10.11', '2028-02-16'],
      ['10.6', '2026-07-06'],
      ['10.5', '2025-06-24'],
      ['10.4', '2024-06-18'],
    ),
  ],
  // openssl-library.org/policies/releasestrat: end of life, without premium support.
  [
    'openssl',
    lines(
      ['3.5', '2030-04-08'],
      ['3.4', '2026-10-22'],
      ['3.3', '2026-04-09'],
      ['3.2', '2025-11-23'],
      ['3.1', '2025-03-14'],
      ['3.0', '2026-09-07'],
      ['1.1.1', '2023-09-11'],
      ['1.1.0', '2019-09-11'],
      ['1.0.2', '2019-12-31'],
    ),
  ],
  // go.dev/doc/devel/release: a release is supported until there are two newer ones.
  [
    'go',
    lines(
      ['1.24', '2026-02-10'],
      ['1.23', '2025-08-12'],
      ['1.22', '2025-02-11'],
      ['1.21', '2024-08-13'],
      ['1.20', '2024-02-06'],
      ['1.19', '2023-08-08'],
    ),
  ],
]);

function lines(
  ...rows: readonly (readonly [line: string, until: string])[]
): readonly ProgramReleaseLine[] {
  return rows.map(([line, supportedUntil]) => ({ line, supportedUntil }));
}
