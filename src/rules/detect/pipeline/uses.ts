/**
 * The value of `uses`. Source: see `workflow.ts`, `jobs.<job_id>.steps[*].uses`.
 *
 * Reads: `.github/workflows/`, `action.yml`, `action.yaml`.
 */

import { cacheTextResults } from '../../../core/base/cache-results.ts';
import type { YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';

/** What a step or a job uses. */
export type Uses = UsedRepository | UsedImage | UsedPath | UsedUnknown;

/** `owner/repository/path@ref`. */
export interface UsedRepository {
  readonly kind: 'repository';
  readonly scalar: YamlScalar;
  /** In lower case, as names of repositories ignore case: `actions/checkout`. */
  readonly repository: string;
  /** In lower case: `actions/cache/save`. */
  readonly action: string;
  readonly path: string;
  /** Absent where GitHub refuses the value. */
  readonly ref?: string;
}

/** `docker://image`. */
export interface UsedImage {
  readonly kind: 'image';
  readonly scalar: YamlScalar;
  readonly image: string;
}

/** `./path` in the working directory of the job, or `$/path` in the repository of the workflow. */
export interface UsedPath {
  readonly kind: 'path';
  readonly scalar: YamlScalar;
  readonly path: string;
}

/** A value that GitHub refuses, or one with an expression. */
export interface UsedUnknown {
  readonly kind: 'unknown';
  readonly scalar: YamlScalar;
}

const REPOSITORY = /^(?<repository>[^/@]+\/+[^/@]+)(?<path>(?:\/[^@]*)?)(?:@(?<ref>.+))?$/u;

/** Reads the value of `uses`. */
export function usesOf(scalar: YamlScalar): Uses {
  return { scalar, ...parsedUses(scalar.value) };
}

type Parsed =
  | Omit<UsedRepository, 'scalar'>
  | Omit<UsedImage, 'scalar'>
  | Omit<UsedPath, 'scalar'>
  | Omit<UsedUnknown, 'scalar'>;

/** Workflows use the same actions again and again. */
const parsedUses: (text: string) => Parsed = cacheTextResults(parse, {
  maxLength: 200,
  maxTotal: 100_000,
});

function parse(text: string): Parsed {
  const value = text.trim();
  if (/^docker:\/\//iu.test(value)) return { kind: 'image', image: value.slice(9) };
  if (value === '.' || /^(?:\.{1,2}[/\\]|\$\/)/u.test(value)) return { kind: 'path', path: value };
  const groups = value.includes('${{') ? undefined : REPOSITORY.exec(value)?.groups;
  if (groups === undefined) return { kind: 'unknown' };
  const repository = (groups['repository'] ?? '').replaceAll(/\/+/gu, '/').toLowerCase();
  const path = (groups['path'] ?? '')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const ref = groups['ref'];
  return {
    kind: 'repository',
    repository,
    path,
    action: path === '' ? repository : `${repository}/${path.toLowerCase()}`,
    ...(ref !== undefined && { ref }),
  };
}

/** The address of a repository at GitHub, as settings of pre-commit have it. */
export const GITHUB_REPOSITORY =
  /^(?:https?:\/\/(?:[^/@]*@)?(?:www\.)?github\.com\/|git@github\.com:|ssh:\/\/git@github\.com\/)(?<name>[\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/iu;

/** Whether a reference is a commit: 40 hexadecimal digits, or 64 of SHA-256. */
export function isCommit(ref: string | undefined): boolean {
  return ref !== undefined && /^(?:[\da-f]{40}|[\da-f]{64})$/iu.test(ref);
}

/** Yields what jobs and steps use, in the order of the file for each of them. */
export function* usedBy({
  jobs,
  steps,
}: {
  readonly jobs: readonly { readonly uses?: Uses | undefined }[];
  readonly steps: readonly { readonly uses?: Uses | undefined }[];
}): Generator<Uses> {
  for (const job of jobs) if (job.uses !== undefined) yield job.uses;
  for (const step of steps) if (step.uses !== undefined) yield step.uses;
}
