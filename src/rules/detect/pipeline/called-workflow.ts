/** Workflows of the same repository that a job calls. */

import { readPlacedYaml } from '../../../formats/text/yaml/yaml-places.ts';
import type { PipelineSubject } from './subject.ts';
import type { Uses } from './uses.ts';
import { workflowOf, type Workflow } from './workflow.ts';

/**
 * Returns the path of a workflow of the same repository, as in `/.github/workflows/a.yml`;
 * `undefined` for other values.
 */
export function calledPath(
  { path }: Pick<PipelineSubject, 'path'>,
  uses: Uses,
): string | undefined {
  if (uses.kind !== 'path') return undefined;
  const name = /^[.$]\/(?<name>\.(?:github|gitea|forgejo)\/workflows\/[^/\\]+\.ya?ml)$/u.exec(
    uses.path,
  )?.groups?.['name'];
  const root = path.replace(/\/\.(?:github|gitea|forgejo)\/.*$/su, '');
  return name === undefined ? undefined : `${root}/${name}`;
}

/** Reads a workflow by its path; `undefined` where it cannot be read. */
export function workflowAt(
  { settings }: Pick<PipelineSubject, 'settings'>,
  path: string,
): Workflow | undefined {
  const bytes = settings.read?.(path);
  const root = bytes === undefined ? undefined : readPlacedYaml(bytes).documents[0]?.root;
  return root === undefined ? undefined : workflowOf(root);
}

/**
 * Returns whether a called workflow uses no secrets but those with the names, and hands none on.
 */
export function usesOnlySecrets(
  subject: PipelineSubject,
  uses: Uses,
  names: readonly string[],
): boolean {
  const path = calledPath(subject, uses);
  const bytes = path === undefined ? undefined : subject.settings.read?.(path);
  if (bytes === undefined) return false;
  const text = Buffer.from(bytes).toString().toLowerCase();
  if (/secrets\s*(?:\[|\)|:\s*["']?inherit)|secrets\s*\.\s*\*/u.test(text)) return false;
  const known = new Set([...names.map((name) => name.toLowerCase()), 'github_token']);
  return [...text.matchAll(/secrets\s*\.\s*(?<name>[\w-]+)/gu)].every((match) =>
    known.has(match.groups?.['name'] ?? ''),
  );
}

/** Reads the workflow that a job calls. */
export function calledWorkflow(subject: PipelineSubject, uses: Uses): Workflow | undefined {
  const path = calledPath(subject, uses);
  return path === undefined ? undefined : workflowAt(subject, path);
}
