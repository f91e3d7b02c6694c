/**
 * Hostile texts in every field of a report, in every format: no cell breaks, no line begins, no
 * sequence survives. Tests of single formats read the texts back.
 */

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  completeReport,
  HOSTILE_TEXTS,
  hostileReport,
} from '../../../test/support/hostile-report.ts';
import { FORMAT_READERS } from '../../../test/support/format-readers.ts';
import { rendered, UNSAFE } from '../../../test/support/rendered.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';
import { encodeReport } from '../../core/codec/codec.ts';
import type { Report } from '../../core/model/report/report.ts';
import { REPORTERS } from './list.ts';
import type { ReportView } from './reporter.ts';

const SCHEMA = new URL('../../../schema/assay-report-1.schema.json', import.meta.url);

/** Everything that a table can show. */
const VIEW: Partial<ReportView> = {
  showSuppressed: true,
  listPackages: true,
  dependencyTree: true,
  hasSummary: true,
};

/** Texts that are one of a list of words, or numbers of a version. */
const NOT_FOREIGN = new Set(['.tool.version', '.results[].artifact.image.baseHint.by']);

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** Paths of all texts that a report can hold and that are not words of a list. */
function textPaths(schema: Schema): ReadonlySet<string> {
  const paths = new Set<string>();
  const visit = (
    node: Schema | boolean | undefined,
    path: string,
    open: readonly string[],
  ): void => {
    if (node === undefined || typeof node === 'boolean') return;
    const name = node.$ref?.split('/').at(-1);
    if (name !== undefined && !open.includes(name)) {
      visit(schema.$defs?.[name], path, [...open, name]);
    }
    for (const one of [node.oneOf, node.anyOf, node.allOf].flatMap((list) => list ?? [])) {
      visit(one, path, open);
    }
    const isText = [node.type].flat().includes('string');
    if (isText && node.enum === undefined && node.const === undefined) paths.add(path);
    for (const [key, value] of Object.entries(node.properties ?? {})) {
      visit(value, `${path}.${key}`, open);
    }
    visit(node.items, `${path}[]`, open);
    visit(node.additionalProperties, `${path}.*`, open);
  };
  visit(schema, '', []);
  return paths;
}

/** Paths of the texts of a document; a key of a map is any. */
function textsIn(node: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof node === 'string') return new Map([[path, node]]);
  if (Array.isArray(node)) {
    return new Map(node.flatMap((item) => [...textsIn(item, `${path}[]`)]));
  }
  if (typeof node !== 'object' || node === null) return new Map();
  return new Map(
    Object.entries(node).flatMap(([key, value]) => [
      ...textsIn(value, `${path}.${key}`),
      ...textsIn(value, `${path}.*`),
    ]),
  );
}

describe('the hostile report', () => {
  const paths = [...textPaths(JSON.parse(readFileSync(SCHEMA, 'utf8')) as Schema)];

  it('has every text that the schema of reports allows', () => {
    const known = textsIn(encodeReport(completeReport()));
    expect(paths.length).toBeGreaterThan(100);
    expect(paths.filter((path) => !known.has(path) && !NOT_FOREIGN.has(path))).toEqual([]);
  });

  it('has a hostile text in each of them', () => {
    const known = textsIn(encodeReport(hostileReport('=hostile')));
    const tame = [...known].filter(([, text]) => !text.includes('=hostile'));
    expect(tame.map(([path]) => path).filter((path) => !WORDS.test(path))).toEqual([]);
  });
});

/** Words of lists, by which the report itself is told. */
const WORDS =
  /\.(?:kind|severity|ecosystem|presence|level|gap|stage|status|category|by|shownSeverities\[\]|tool\.\w+|layerDigests|comparison)$|\.\*(?:\[\])?$/;

/**
 * Formats in which each line is a record or a command, and each hostile text stays within its own.
 */
const LINES = ['csv', 'github', 'junit'];
/**
 * Formats whose readers know findings by their names, and `json`, whose reader refuses words that
 * are not of their lists.
 */
const BY_NAME = new Set(['junit', 'table', 'markdown', 'json']);

const render = (report: Report, format: string): Promise<string> => rendered(report, format, VIEW);

describe.each(REPORTERS.map(({ id }) => id))('%s', (format) => {
  it.each(HOSTILE_TEXTS)('has no sequence of %s', async (_name, text) => {
    const written = await render(hostileReport(text), format);
    expect(written.replaceAll('\r\n', '\n')).not.toMatch(UNSAFE);
  });
});

describe.each(LINES)('%s', (format) => {
  it.each(HOSTILE_TEXTS)('has as many lines with %s', async (_name, text) => {
    const [hostile, tame] = await Promise.all(
      [hostileReport(text), completeReport()].map((report) => render(report, format)),
    );
    expect(hostile?.split('\n').length).toBe(tame?.split('\n').length);
  });
});

/** Lines that programs look for in a table, and commands that a workflow obeys. */
const LOOKED_FOR = /^(?:Total: |Verdict: |::|##\[)/u;

describe('table', () => {
  it.each(HOSTILE_TEXTS)('has totals and verdict of its own with %s', async (_name, text) => {
    const found = async (report: Report): Promise<readonly string[]> =>
      (await render(report, 'table')).split('\n').filter((line) => LOOKED_FOR.test(line));
    const [total = '', verdict = '', ...others] = await found(hostileReport(text));
    const [ownTotal, ownVerdict = ''] = await found(completeReport());
    expect(total).toBe(ownTotal);
    expect(verdict.slice(0, 13)).toBe(ownVerdict.slice(0, 13));
    expect(others).toEqual([]);
  });
});

const READ = Object.keys(FORMAT_READERS).filter((format) => !BY_NAME.has(format));

describe.skipIf(missingTool('python3') !== undefined).each(READ)(
  `%s${needs(missingTool('python3'))}`,
  (format) => {
    let counts: readonly number[];
    beforeAll(async () => {
      const read = FORMAT_READERS[format] ?? expect.fail();
      const reports = [completeReport(), ...HOSTILE_TEXTS.map(([, text]) => hostileReport(text))];
      // They are read together, since some readers are programs.
      const texts = await Promise.all(reports.map((one) => render(one, format)));
      counts = read(texts).map(({ rows }) => rows.length);
    });

    it.each(HOSTILE_TEXTS.map(([name], at) => [name, at] as const))(
      'has as many findings with %s',
      (_name, at) => {
        expect(counts[0]).toBeGreaterThan(3);
        expect(counts[at + 1]).toBe(counts[0]);
      },
    );
  },
);

describe('json', () => {
  it.each(HOSTILE_TEXTS)('keeps %s as it is', async (_name, text) => {
    const report = hostileReport(text);
    const stored = JSON.stringify(encodeReport(report));
    expect(JSON.parse(await render(report, 'json'))).toEqual(JSON.parse(stored));
  });
});

describe('spdx-json', () => {
  it.each(HOSTILE_TEXTS)('has as many packages with %s', async (_name, text) => {
    const count = async (report: Report): Promise<number> => {
      const { packages } = JSON.parse(await render(report, 'spdx-json')) as {
        readonly packages: readonly object[];
      };
      return packages.length;
    };
    expect(await count(hostileReport(text))).toBe(await count(completeReport()));
  });
});
