/**
 * All reasons why a reference cannot carry a digest at its place, each with advice. Documented in
 * `docs/pin.md`.
 */

/** One reason. */
export interface ObstacleRow {
  /** The reason as a clause, for tables and the documentation. */
  readonly title: string;
  /** The advice: a sentence. */
  readonly advice: string;
  /**
   * The reference is decided at another place that is read too, so that `--check` lists it and does
   * not fail.
   */
  readonly isElsewhere?: true;
}

/** All reasons, in the order of the documentation. */
export const OBSTACLES = {
  'computed-name': {
    title: 'an expression or a variable computes the reference',
    advice: 'Write the reference out, or pin the value where the variable is set.',
  },
  template: {
    title: 'a template of a Helm chart takes the reference from values.yaml, where it is listed',
    advice: 'Pin the value that the template inserts, in the values file.',
    isElsewhere: true,
  },
  'partial-argument': {
    title: 'an argument is only a part of the reference',
    advice: 'Let one argument hold the whole reference, as in ARG BASE=debian:12 and FROM ${BASE}.',
  },
  'unset-argument': {
    title: 'an argument or variable has no default value',
    advice: 'Give it a default that is a whole reference, or pin the value where it is set.',
  },
  'shared-value': {
    title: 'other places use the value for something else',
    advice: 'Write the reference out at this place.',
  },
  ambiguous: {
    title: 'the file gives the reference twice, and tools choose differently',
    advice: 'Leave only one of them in the file.',
  },
  range: {
    title: 'a range of versions is allowed',
    advice: 'Name one version, as in name==1.2.3.',
  },
  'floating-package': {
    title: 'a command downloads the newest version at each run',
    advice: 'Name one version, as in npx name@1.2.3, or install it from a lockfile.',
  },
  'all-or-none': {
    title: 'the tool takes digests for everything in the file or for nothing',
    advice: 'Name one version of every requirement, as pip-compile --generate-hashes writes them.',
  },
  'direct-url': {
    title: 'a URL or path names the package, not an index',
    advice: 'Name a release of the package, or a URL with its hash in the fragment (#sha256=…).',
  },
  'other-file': {
    title: 'another file is included that is not read here',
    advice: 'Run assay pin on the directory that contains the file.',
    isElsewhere: true,
  },
  'unknown-server': {
    title: 'the file does not name the server of the repository',
    advice:
      'Write the commit in place of the tag or branch; git ls-remote lists the commits of tags.',
  },
  'no-digest-syntax': {
    title: 'the format has no syntax for a digest at this place',
    advice: 'Name a full version, and record it with --ledger, so that a moved version is noticed.',
  },
  'no-reason': {
    title: 'a comment exempts the reference and gives no reason',
    advice: 'Write the reason behind no-pin, or remove the comment.',
  },
  'not-a-reference': {
    title: 'the value is not a valid reference',
    advice: 'Correct the name, tag or digest.',
  },
} as const satisfies Readonly<Record<string, ObstacleRow>>;

/** Id of a reason; stable once released. */
export type ObstacleId = keyof typeof OBSTACLES;

/** Returns the row of a reason. */
export function obstacleRow(id: ObstacleId): ObstacleRow {
  return OBSTACLES[id];
}
