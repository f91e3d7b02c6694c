/**
 * Rules of pipelines in real workflows: those of Debian's sources, and those that npm packages of
 * this project contain. The sources are all with workflows among 300 that a generator of random
 * numbers with the seed 31 drew from the sources of Debian 13 whose home page is at github.com and
 * whose largest archive has at most 500,000 bytes. All findings of high severity are judged by hand
 * in `workflows-judged.json`; one that is not in the list counts as wrong. At most one in ten may
 * be wrong, and {@link MOST_WRONG_OTHERS} of those that are not of `unpinned-uses`. At most one in
 * ten of the list may be gone, because a newer release of a source can have other lines.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadShell, pipelineFindings } from '../../src/rules/detect/pipeline/pipeline.ts';
import { debianSources, type SourceFile } from '../support/debian-sources.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

interface Judgment {
  /** The name of the source package, or of the npm package behind `npm:`. */
  readonly source: string;
  readonly path: string;
  readonly rule: string;
  readonly lines: readonly number[];
  /** Whether the file has what the page of the rule says, in a way that the severity fits. */
  readonly isRight: boolean;
  readonly why: string;
}

interface JudgedList {
  /** Source packages. */
  readonly debian: readonly string[];
  readonly npm: readonly string[];
  readonly findings: readonly Judgment[];
}

const MODULES = path.join(import.meta.dirname, '../../node_modules');
const LEAST_WORKFLOWS = 100;
const WORKFLOW = /^\.github\/(?:workflows\/[^/]+|.+\/action)\.ya?ml$/u;
const UNPINNED = 'pipeline/unpinned-uses';
/**
 * Findings of other rules that may be wrong or not judged: the 7 of the list, and one for a newer
 * release of a source.
 */
const MOST_WRONG_OTHERS = 8;

const LIST = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'workflows-judged.json'), 'utf8'),
) as JudgedList;

const missing = missingForInterop('apt-get', 'tar', 'xz');

describe.skipIf(missing !== undefined)(`real workflows${needs(missing)}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-workflows-'));
  beforeAll(loadShell);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('have at most one wrong finding of high severity in ten', { timeout: 600_000 }, (context) => {
    const patterns = ['*/.github/*.yml', '*/.github/*.yaml'];
    const fetched = debianSources(folder, LIST.debian, { patterns, batch: 20 });
    const files = [...fetched, ...LIST.npm.flatMap(filesOfModule)].filter(({ path: name }) =>
      WORKFLOW.test(name),
    );
    if (files.length < LEAST_WORKFLOWS) context.skip(`only ${files.length} workflows are here`);
    const judged = new Map(
      LIST.findings.flatMap((one) =>
        one.lines.map((line) => [keyOf(one.source, one.path, one.rule, line), one] as const),
      ),
    );
    const found = files.flatMap((one) => highFindings(one));
    const isWrong = (key: string): boolean => judged.get(key)?.isRight !== true;
    const others = found.filter((key) => !key.includes(` ${UNPINNED} `));
    const shares = [found, others].map(
      (keys) => `${keys.filter(isWrong).length} of ${keys.length}`,
    );
    console.log(
      `${files.length} workflows and actions of ${new Set(files.map(({ source }) => source)).size} packages; wrong or not judged, of high severity: ${shares.join('; without unpinned-uses: ')}`,
    );
    const here = new Set(files.map(({ source, path: name }) => `${source} /${name}`));
    const expected = [...judged].filter(([, one]) => here.has(`${one.source} ${one.path}`));
    const gone = expected.map(([key]) => key).filter((key) => !found.includes(key));
    const unjudged = found.filter((key) => !judged.has(key));
    const notes = [
      ...unjudged.map((key) => `not judged: ${key}`),
      ...gone.map((key) => `gone: ${key}`),
    ];
    if (notes.length > 0) console.log(notes.join('\n'));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(isWrong).length / found.length).toBeLessThanOrEqual(0.1);
    expect(others.filter(isWrong).length).toBeLessThanOrEqual(MOST_WRONG_OTHERS);
    expect(gone.length / expected.length).toBeLessThanOrEqual(0.1);
  });
});

function keyOf(source: string, file: string, rule: string, line: number | undefined): string {
  return `${source} ${file} ${rule} ${line ?? 0}`;
}

function highFindings({ file, source, path: name }: SourceFile): readonly string[] {
  return pipelineFindings(`/${name}`, readFileSync(file))
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ rule, location }) => keyOf(source, `/${name}`, rule, location.line));
}

/** Returns the files that an npm package of this project has below `.github`. */
function filesOfModule(name: string): readonly SourceFile[] {
  const root = path.join(MODULES, name, '.github');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => {
      const file = path.join(one.parentPath, one.name);
      const below = path.relative(path.join(MODULES, name), file).split(path.sep).join('/');
      return { file, source: `npm:${name}`, path: below };
    });
}
