/**
 * The lines of releases of runtimes and servers, and the last day on which each is maintained free
 * of charge. Dates are facts of the projects; the comment at each table names what is counted. Paid
 * extensions do not count. A line that is not in its table is newer than the table, or older than
 * all of it.
 */

/** One line of releases. */
export interface ProgramReleaseLine {
  /** The first numbers of its versions, as in `3.13`, `20`. */
  readonly line: string;
  /**
   * Last day of free support, `YYYY-MM-DD`; a project that names only a month means its last day.
   */
  readonly supportedUntil: string;
}

/** By the name of the program; newest first. */
export const PROGRAM_RELEASE_LINES: ReadonlyMap<string, readonly ProgramReleaseLine[]> = new Map([
  // devguide.python.org/versions: end of life.
  [
    'python',
    [
      { line: '3.14', supportedUntil: '2030-10-31' },
      { line: '3.13', supportedUntil: '2029-10-31' },
      { line: '3.12', supportedUntil: '2028-10-31' },
      { line: '3.11', supportedUntil: '2027-10-31' },
      { line: '3.10', supportedUntil: '2026-10-31' },
      { line: '3.9', supportedUntil: '2025-10-31' },
      { line: '3.8', supportedUntil: '2024-10-07' },
      { line: '3.7', supportedUntil: '2023-06-27' },
      { line: '3.6', supportedUntil: '2021-12-23' },
      { line: '3.5', supportedUntil: '2020-09-30' },
      { line: '3.4', supportedUntil: '2019-03-18' },
      { line: '2.7', supportedUntil: '2020-01-01' },
    ],
  ],
  // github.com/nodejs/release: end-of-life.
  [
    'node',
    [
      { line: '25', supportedUntil: '2026-06-01' },
      { line: '24', supportedUntil: '2028-04-30' },
      { line: '23', supportedUntil: '2025-06-01' },
      { line: '22', supportedUntil: '2027-04-30' },
      { line: '21', supportedUntil: '2024-06-01' },
      { line: '20', supportedUntil: '2026-04-30' },
      { line: '19', supportedUntil: '2023-06-01' },
      { line: '18', supportedUntil: '2025-04-30' },
      { line: '17', supportedUntil: '2022-06-01' },
      { line: '16', supportedUntil: '2023-09-11' },
      { line: '15', supportedUntil: '2021-06-01' },
      { line: '14', supportedUntil: '2023-04-30' },
      { line: '12', supportedUntil: '2022-04-30' },
      { line: '10', supportedUntil: '2021-04-30' },
    ],
  ],
  // php.net/supported-versions: security support until.
  [
    'php',
    [
      { line: '8.5', supportedUntil: '2029-12-31' },
      { line: '8.4', supportedUntil: '2028-12-31' },
      { line: '8.3', supportedUntil: '2027-12-31' },
      { line: '8.2', supportedUntil: '2026-12-31' },
      { line: '8.1', supportedUntil: '2025-12-31' },
      { line: '8.0', supportedUntil: '2023-11-26' },
      { line: '7.4', supportedUntil: '2022-11-28' },
      { line: '7.3', supportedUntil: '2021-12-06' },
      { line: '7.2', supportedUntil: '2020-11-30' },
      { line: '5.6', supportedUntil: '2018-12-31' },
    ],
  ],
  // ruby-lang.org/en/downloads/branches: end of life, or expected end.
  [
    'ruby',
    [
      { line: '3.4', supportedUntil: '2028-03-31' },
      { line: '3.3', supportedUntil: '2027-03-31' },
      { line: '3.2', supportedUntil: '2026-03-31' },
      { line: '3.1', supportedUntil: '2025-03-26' },
      { line: '3.0', supportedUntil: '2024-04-23' },
      { line: '2.7', supportedUntil: '2023-03-31' },
      { line: '2.6', supportedUntil: '2022-04-12' },
    ],
  ],
  // perlpolicy: the two latest stable lines; three years from the release of a line.
  [
    'perl',
    [
      { line: '5.42', supportedUntil: '2028-07-03' },
      { line: '5.40', supportedUntil: '2027-06-09' },
      { line: '5.38', supportedUntil: '2026-07-02' },
      { line: '5.36', supportedUntil: '2025-05-28' },
      { line: '5.34', supportedUntil: '2024-05-20' },
    ],
  ],
  // adoptium.net/support: end of availability, "at least".
  [
    'openjdk',
    [
      { line: '25', supportedUntil: '2031-09-30' },
      { line: '24', supportedUntil: '2025-09-30' },
      { line: '23', supportedUntil: '2025-03-31' },
      { line: '22', supportedUntil: '2024-09-30' },
      { line: '21', supportedUntil: '2029-12-31' },
      { line: '20', supportedUntil: '2023-09-30' },
      { line: '19', supportedUntil: '2023-03-31' },
      { line: '18', supportedUntil: '2022-09-30' },
      { line: '17', supportedUntil: '2027-10-31' },
      { line: '16', supportedUntil: '2021-09-30' },
      { line: '11', supportedUntil: '2027-10-31' },
      { line: '8', supportedUntil: '2030-12-31' },
    ],
  ],
  // postgresql.org/support/versioning: final release.
  [
    'postgresql',
    [
      { line: '18', supportedUntil: '2030-11-14' },
      { line: '17', supportedUntil: '2029-11-08' },
      { line: '16', supportedUntil: '2028-11-09' },
      { line: '15', supportedUntil: '2027-11-11' },
      { line: '14', supportedUntil: '2026-11-12' },
      { line: '13', supportedUntil: '2025-11-13' },
      { line: '12', supportedUntil: '2024-11-21' },
      { line: '11', supportedUntil: '2023-11-09' },
      { line: '10', supportedUntil: '2022-11-10' },
      { line: '9.6', supportedUntil: '2021-11-11' },
    ],
  ],
  // mariadb.org/about/#maintenance-policy: long-term series.
  [
    'mariadb',
    [
      { line: '11.8', supportedUntil: '2028-06-04' },
      { line: '11.4', supportedUntil: '2029-05-29' },
      { line: '10.11', supportedUntil: '2028-02-16' },
      { line: '10.6', supportedUntil: '2026-07-06' },
      { line: '10.5', supportedUntil: '2025-06-24' },
      { line: '10.4', supportedUntil: '2024-06-18' },
    ],
  ],
  // openssl-library.org/policies/releasestrat: end of life, without premium support.
  [
    'openssl',
    [
      { line: '3.5', supportedUntil: '2030-04-08' },
      { line: '3.4', supportedUntil: '2026-10-22' },
      { line: '3.3', supportedUntil: '2026-04-09' },
      { line: '3.2', supportedUntil: '2025-11-23' },
      { line: '3.1', supportedUntil: '2025-03-14' },
      { line: '3.0', supportedUntil: '2026-09-07' },
      { line: '1.1.1', supportedUntil: '2023-09-11' },
      { line: '1.1.0', supportedUntil: '2019-09-11' },
      { line: '1.0.2', supportedUntil: '2019-12-31' },
    ],
  ],
  // go.dev/doc/devel/release: a release is supported until there are two newer ones.
  [
    'go',
    [
      { line: '1.24', supportedUntil: '2026-02-10' },
      { line: '1.23', supportedUntil: '2025-08-12' },
      { line: '1.22', supportedUntil: '2025-02-11' },
      { line: '1.21', supportedUntil: '2024-08-13' },
      { line: '1.20', supportedUntil: '2024-02-06' },
      { line: '1.19', supportedUntil: '2023-08-08' },
    ],
  ],
]);
