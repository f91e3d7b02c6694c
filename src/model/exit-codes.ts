/** The exit codes: stable, documented, distinct. The one table that verdicts and the command line share. */

export const EXIT_CODES = {
  pass: 0,
  /** Default of `--exit-code` with any other gate. */
  findings: 1,
  usage: 2,
  target: 3,
  advisoryData: 4,
  tampered: 5,
  incomplete: 6,
  untrustedSource: 7,
  nothingToScan: 8,
  internal: 70,
  interrupted: 130,
} as const;
