/**
 * Workflows with the findings of zizmor: each expected finding counts once, by audit and line, and
 * so does each case that must be clean of its audit. Comments that ignore findings are followed, as
 * there. Some cases need inputs that are not among the files: configurations, and answers of the
 * host of the actions. `workflow-inputs.ts` has them.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withIgnoreComments } from '../../src/rules/detect/comments-at-findings.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import { readZizmorFile } from '../../src/tasks/audit/zizmor/zizmor-file.ts';
import { loadShell, pipeline, pipelineFindings } from '../../src/rules/detect/pipeline/pipeline.ts';
import type { Persona } from '../../src/rules/detect/persona.ts';
import type { PipelineSettings } from '../../src/rules/detect/pipeline/settings.ts';
import type { Suite, SuiteResult } from './suite.ts';
import {
  CONFIGURATIONS,
  CONFIGURED_WORKFLOW,
  REFERENCE_AUDITS,
  REFERENCES,
} from './workflow-inputs.ts';

export const workflowSuites: readonly Suite[] = [
  {
    id: 'workflows',
    async run(folder: string): Promise<SuiteResult | undefined> {
      const root = join(folder, 'workflows');
      await loadShell();
      return existsSync(root) ? judgeAll(root) : undefined;
    },
  },
];

interface WorkflowCase {
  readonly audit: string;
  readonly input: string;
  readonly args: readonly string[];
  readonly config: string | null;
  readonly clean: boolean;
  readonly findings: readonly { readonly audit: string; readonly line: number }[];
}

interface Found {
  readonly audits: readonly string[];
  readonly line: number | undefined;
}

function judgeAll(root: string): SuiteResult {
  const lines = readFileSync(join(root, 'cases.jsonl'), 'utf8').trim().split('\n');
  let total = 0;
  const misses: { case: string; reason: string }[] = [];
  for (const line of lines) {
    const one = JSON.parse(line) as WorkflowCase;
    const left = findingsOf(filesOf(one, root), () => settingsOf(one, root));
    const name = [one.input, ...one.args].join(' ');
    for (const { audit, line: at } of one.findings) {
      total += 1;
      const index = left.findIndex((found) => found.audits.includes(audit) && found.line === at);
      if (index === -1) misses.push({ case: name, reason: `${audit} is not found in line ${at}` });
      else left.splice(index, 1);
    }
    if (!one.clean) continue;
    total += 1;
    const wrong = left.find(({ audits }) => audits.includes(one.audit));
    if (wrong !== undefined) {
      misses.push({ case: name, reason: `${one.audit} is found in line ${wrong.line ?? '?'}` });
    }
  }
  return { suite: 'workflows', passed: total - misses.length, total, misses };
}

/** The persona and the configuration of a case; some configurations are not among the files. */
function settingsOf(one: WorkflowCase, root: string): PipelineSettings {
  const bytes = one.config === null ? undefined : configOf(one.config, root);
  const audits = pipeline.rules.flatMap(({ aliases }) => aliases);
  const file = bytes && readZizmorFile(one.config ?? '', bytes, audits);
  const references = REFERENCE_AUDITS.has(one.audit) ? REFERENCES : undefined;
  return { persona: personaOf(one), ...(references && { references }), ...file?.settings };
}

function configOf(config: string, root: string): Uint8Array | undefined {
  const path = join(root, 'input', config);
  if (existsSync(path)) return readFileSync(path);
  const text = CONFIGURATIONS.get(config);
  return text === undefined ? undefined : Buffer.from(text);
}

function personaOf({ args }: WorkflowCase): Persona {
  if (args.includes('--persona=auditor')) return 'auditor';
  return args.some((one) => one.includes('pedantic')) ? 'pedantic' : 'regular';
}

interface InputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The files of a case; one that names its configuration as the input has another workflow. */
function filesOf({ input, config }: WorkflowCase, root: string): readonly InputFile[] {
  if (input === config) {
    return [{ path: pathOf('example.yml'), bytes: Buffer.from(CONFIGURED_WORKFLOW) }];
  }
  const path = join(root, 'input', input);
  if (!existsSync(path)) return [];
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
    : [path];
  return files
    .filter((file) => /\.ya?ml$/u.test(file))
    .map((file) => ({ path: pathOf(basename(file)), bytes: readFileSync(file) }));
}

function findingsOf(files: readonly InputFile[], settings: () => PipelineSettings): Found[] {
  const read = settingsUnlessRefused(settings);
  if (read === undefined) return [];
  return files.flatMap(({ path, bytes }) => {
    const text = Buffer.from(bytes).toString();
    return withIgnoreComments(pipelineFindings(path, bytes, read), { path, text })
      .filter(({ aliases, comments = [] }) =>
        comments.every(
          ({ syntax, rules }) =>
            syntax !== 'zizmor' || !rules.some((rule) => aliases.includes(rule)),
        ),
      )
      .map(({ aliases, location }) => ({ audits: aliases, line: location.line }));
  });
}

/** A configuration that is refused ends the run without findings. */
function settingsUnlessRefused(settings: () => PipelineSettings): PipelineSettings | undefined {
  try {
    return settings();
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

/** Where a file with a name like this lies in a repository. */
function pathOf(name: string): string {
  if (/^action\.ya?ml$/u.test(name)) return `/${name}`;
  if (name.startsWith('.pre-commit-config.')) return `/${name}`;
  return /^dependabot\.ya?ml$/u.test(name) ? `/.github/${name}` : `/.github/workflows/${name}`;
}
