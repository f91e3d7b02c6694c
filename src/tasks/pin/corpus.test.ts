/**
 * Files of each format in `test/support/pin-corpus/FORMAT/CASE/`: `input`, `expected` after
 * `--apply`, and `expected.json` with the path of the file, what is not pinned and why, and the
 * lines that cannot be read. The digests are in `FORMAT/resolutions.json`; a value that is not in
 * that table fails the case.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../core/base/context.ts';
import type { PinOutcome } from './outcome.ts';
import { digestOf } from './reference-value.ts';
import type { MakeResolver, ReferenceQuestion, ResolutionResult } from './resolvers.ts';
import { run } from './run.ts';

interface Case {
  /** Where the file is, below the directory that is pinned. */
  readonly path: string;
  /** What the case shows, and the section of the documentation that it was written from. */
  readonly about: string;
  /** In the order of the file. `reason` is the id of an obstacle, or the state of the reference. */
  readonly notPinned: readonly {
    readonly line: number;
    readonly value: string;
    readonly reason: string;
  }[];
  /** Lines that cannot be read; none by default. */
  readonly problems?: readonly number[];
  /** Other files, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Resolutions by value. */
type Table = Readonly<Record<string, { readonly pinned: string; readonly version?: string }>>;

const CORPUS = join(import.meta.dirname, '../../../test/support/pin-corpus');

const formats = readdirSync(CORPUS).sort();
const cases = formats.flatMap((format) =>
  readdirSync(join(CORPUS, format), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [format, name] as const),
);

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-corpus-'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('files of each format', () => {
  it.each(cases)('%s: %s', async (format, name) => {
    const folder = join(CORPUS, format, name);
    const {
      path,
      notPinned,
      problems = [],
      files = {},
    } = readJson(folder, 'expected.json') as Case;
    const table = readJson(CORPUS, format, 'resolutions.json') as Table;
    const cwd = join(root, format, name);
    for (const [other, text] of Object.entries(files)) write(join(cwd, other), text);
    write(join(cwd, path), readFileSync(join(folder, 'input')));
    const expected = readFileSync(join(folder, 'expected'));

    const first = await pin(cwd, table);
    expect(readFileSync(join(cwd, path)).toString('latin1')).toBe(expected.toString('latin1'));
    expect(notPinnedOf(first, path)).toEqual(notPinned);
    expect(first.failures.filter((one) => one.path === path).map(({ line }) => line)).toEqual(
      problems,
    );

    const second = await pin(cwd, table);
    expect(second.files).toEqual([]);
    expect(readFileSync(join(cwd, path)).toString('latin1')).toBe(expected.toString('latin1'));
    expect(notPinnedOf(second, path)).toEqual(notPinned);
  });
});

function notPinnedOf({ references }: PinOutcome, path: string): Case['notPinned'] {
  return references
    .filter((row) => row.path === path && row.state !== 'pin' && row.state !== 'pinned')
    .map(({ line, value, state, obstacle, reason }) => ({
      line,
      value,
      reason:
        state === 'blocked'
          ? (obstacle ?? '')
          : state === 'exempt'
            ? state
            : `${state} ${reason ?? ''}`,
    }));
}

function pin(cwd: string, table: Table): Promise<PinOutcome> {
  const resolver = tableResolver(table);
  return run(
    {
      target: '.',
      cwd,
      mode: 'apply',
      isUpdate: false,
      exclude: [],
      allowEmpty: true,
      wantsDiff: false,
      resolverOptions: {
        registry: {},
        isBranchOnly: false,
        actionsUrl: 'https://github.example',
        env: {},
        cwd,
      },
      resolvers: {
        image: resolver,
        action: resolver,
        'git-repository': resolver,
        requirement: resolver,
      },
    },
    quietContext({ fetch: () => Promise.reject(new Error('no network in this test')) }),
  );
}

function tableResolver(table: Table): MakeResolver {
  return () => ({ resolve: (question) => Promise.resolve(answer(question, table)) });
}

/** A value that has a digest already stays as it is; its comment too. */
function answer({ kind, value, version }: ReferenceQuestion, table: Table): ResolutionResult {
  const known = table[value];
  const digest = digestOf(kind, known?.pinned ?? value);
  if (digest === undefined) {
    const message = `"${value}" is not in the table`;
    return { ok: false, status: 'unresolved', id: 'not-found', message, advice: '' };
  }
  const isKnown = known?.version ?? version;
  return {
    ok: true,
    pinned: known?.pinned ?? value,
    digest,
    ...(isKnown !== undefined && { version: isKnown }),
    notes: [],
  };
}

function readJson(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
