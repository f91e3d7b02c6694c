/**
 * Permissions as they take effect. Expected results are from the pages that `token-permissions.ts`
 * names.
 */

import { describe, expect, it } from 'vitest';

import { readPlacedYaml } from '../../../formats/text/yaml/yaml-places.ts';
import { loadShell, pipelineFindings } from './pipeline.ts';
import { accessTo, permissionsOf, type TokenPermissions } from './token-permissions.ts';
import { workflowOf, type Workflow } from './workflow.ts';

await loadShell();

function workflow(permissions: string, ofJob: string, uses = ''): Workflow {
  const lines = [
    'on: push',
    ...(permissions === '' ? [] : [`permissions: ${permissions}`]),
    'jobs:',
    '  a:',
    ...(ofJob === '' ? [] : [`    permissions: ${ofJob}`]),
    uses === '' ? '    runs-on: x' : `    uses: ${uses}`,
  ];
  const [document] = readPlacedYaml(Buffer.from(`${lines.join('\n')}\n`)).documents;
  const read = document === undefined ? undefined : workflowOf(document.root);
  if (read === undefined) throw new Error('no workflow');
  return read;
}

function effective(
  [permissions, ofJob]: readonly [string, string],
  caller?: TokenPermissions,
): TokenPermissions {
  const read = workflow(permissions, ofJob);
  const [job] = read.jobs;
  if (job === undefined) throw new Error('no job');
  return permissionsOf(job, read, caller);
}

/** As in `default`, or the access to `contents`, `issues` and `id-token`. */
function shown(token: TokenPermissions): string {
  if (token.isDefault) return 'default';
  return ['contents', 'issues', 'id-token'].map((scope) => accessTo(token, scope)).join(' ');
}

describe('the permissions of a job', () => {
  it.each<[workflow: string, job: string, expected: string]>([
    ['', '', 'default'],
    ['{}', '', 'none none none'],
    ['read-all', '', 'read read read'],
    ['write-all', '', 'write write write'],
    ['{contents: read}', '', 'read none none'],
    ['{contents: write, issues: read}', '', 'write read none'],
    ['', '{}', 'none none none'],
    ['', '{id-token: write}', 'none none write'],
    ['write-all', '{}', 'none none none'],
    ['write-all', '{contents: read}', 'read none none'],
    ['{}', 'write-all', 'write write write'],
    ['{issues: write}', '{contents: write}', 'write none none'],
    ['{contents: none}', '', 'none none none'],
  ])('of the workflow %j and of the job %j', (ofWorkflow, ofJob, expected) => {
    expect(shown(effective([ofWorkflow, ofJob]))).toBe(expected);
  });

  it.each<[caller: string, workflow: string, job: string, expected: string]>([
    ['{contents: write}', '', '', 'write none none'],
    ['{contents: write}', '{contents: read}', '', 'read none none'],
    ['{contents: read}', '{contents: write}', '', 'read none none'],
    ['write-all', '', '{issues: read}', 'none read none'],
    ['read-all', 'write-all', '', 'read read read'],
    ['{}', 'write-all', '{id-token: write}', 'none none none'],
    ['{contents: read, id-token: write}', 'write-all', '', 'read none write'],
  ])('of the caller %j, the called workflow %j and its job %j', (...row) => {
    const [ofCaller, ofWorkflow, ofJob, expected] = row;
    const caller = effective([ofCaller, '']);
    expect(shown(effective([ofWorkflow, ofJob], caller))).toBe(expected);
  });

  it('has the metadata of the repository, and the defaults of a caller without permissions', () => {
    expect(accessTo(effective(['{}', '']), 'metadata')).toBe('read');
    expect(shown(effective(['', ''], effective(['', ''])))).toBe('default');
    expect(shown(effective(['{issues: write}', ''], effective(['', ''])))).toBe('none write none');
  });
});

/** Findings of `a.yml` that calls others. */
function called(files: Readonly<Record<string, string>>): readonly string[] {
  const root = '/.github/workflows/';
  const read = (path: string): Uint8Array | undefined => {
    const text = path.startsWith(root) ? files[path.slice(root.length)] : undefined;
    return text === undefined ? undefined : Buffer.from(text);
  };
  const settings = { read, persona: 'pedantic' } as const;
  return pipelineFindings(`${root}a.yml`, Buffer.from(files['a.yml'] ?? ''), settings)
    .filter(({ rule }) => rule === 'pipeline/call-permissions')
    .map(({ message, location }) => `${location.line ?? 0}: ${message}`);
}

function calling(target: string, permissions = '{}', ofJob = ''): string {
  const own = ofJob === '' ? '' : `permissions: ${ofJob}, `;
  return `on: [push, workflow_call]\npermissions: ${permissions}\njobs: {a: {${own}uses: $/.github/workflows/${target}}}\n`;
}

function running(permissions: string, ...ofJobs: readonly string[]): string {
  const jobs = ofJobs.map((one, at) => `j${at}: {permissions: ${one}, steps: [{run: make}]}`);
  const own = permissions === '' ? '' : `permissions: ${permissions}\n`;
  return `on: workflow_call\n${own}jobs: {${[...jobs, 'z: {steps: [{run: make}]}'].join(', ')}}\n`;
}

describe('calls across files', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'as much',
      { 'a.yml': calling('b.yml', '{contents: read}'), 'b.yml': running('{contents: read}') },
      [],
    ],
    [
      'less than it asks for',
      { 'a.yml': calling('b.yml', '{contents: read}'), 'b.yml': running('{contents: write}') },
      ['3: GitHub does not run the workflow: it asks for more than the job "a" gives (contents).'],
    ],
    [
      'less than one of its jobs asks for',
      { 'a.yml': calling('b.yml', 'read-all'), 'b.yml': running('{}', '{}', '{issues: write}') },
      ['3: GitHub does not run the workflow: it asks for more than the job "a" gives (issues).'],
    ],
    [
      'more than it asks for',
      {
        'a.yml': calling('b.yml', '{}', '{contents: write, issues: read}'),
        'b.yml': running('{issues: read}'),
      },
      ['3: The job "a" gives permissions that no job of the called workflow asks for (contents).'],
    ],
    [
      'more than one job asks for',
      {
        'a.yml': calling('b.yml', '{contents: write}'),
        'b.yml': running('{}', '{contents: write}'),
      },
      [],
    ],
    [
      'whatever, to one that asks for nothing',
      { 'a.yml': calling('b.yml', 'write-all'), 'b.yml': running('') },
      [],
    ],
    ['to a file that is not there', { 'a.yml': calling('b.yml', 'write-all') }, []],
    ['to one that is broken', { 'a.yml': calling('b.yml'), 'b.yml': '[' }, []],
    [
      'to itself',
      { 'a.yml': calling('a.yml') },
      ['3: GitHub does not run the workflow: a.yml calls a.yml.'],
    ],
    [
      'in a circle',
      { 'a.yml': calling('b.yml'), 'b.yml': calling('c.yml'), 'c.yml': calling('b.yml') },
      ['3: GitHub does not run the workflow: b.yml calls c.yml calls b.yml.'],
    ],
    [
      'outside of the directory',
      { 'a.yml': calling('../../b.yml'), 'b.yml': running('write-all') },
      [],
    ],
  ])('give %s', (_name, files, expected) => {
    expect(called(files)).toEqual(expected);
  });

  it('are followed through ten levels, each file once', () => {
    const chain = (length: number): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length }, (_, at) => {
          const next = `${String.fromCharCode(98 + at)}.yml`;
          const jobs = Array.from(
            { length: 30 },
            (__, job) => `j${job}: {uses: $/.github/workflows/${next}}`,
          );
          const text =
            at === length - 1
              ? running('{}')
              : `on: workflow_call\npermissions: {}\njobs: {${jobs.join(', ')}}\n`;
          return [`${String.fromCharCode(97 + at)}.yml`, text];
        }),
      );
    expect(called(chain(10))).toEqual([]);
    expect(called(chain(11))).toHaveLength(30);
  });
});
