/**
 * Edits of `pom.xml` files, compared with the effective models that the model builder of Maven
 * reads before and after.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

import { maven } from '../../src/tasks/fix/managers/maven/maven.ts';
import { editManifests } from '../support/edited-manifests.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';
import { randomOf } from '../support/secret-corpus/random-text.ts';

const LIBRARIES = '/usr/share/maven/lib';

const PROGRAM = fileURLToPath(new URL('../support/EffectivePoms.java', import.meta.url));
const TREES = 120;
const KEYS = ['x', 'y', 'z'];
const ARTIFACTS = ['l0', 'l1', 'l2', 'l3'];
const VERSIONS = ['1.0', '1.1', '2.0-beta'];

type Tree = Readonly<Record<string, string>>;

/** A project, its module, and the module of that, with versions in all places that Maven reads. */
function treeOf(seed: number): Tree {
  const random = randomOf(seed);
  const pick = (list: readonly string[]): string => random.pick(list);
  const isChosen = (percent: number): boolean => random.integer(100) < percent;
  const some = <T>(list: readonly T[], percent: number): readonly T[] =>
    list.filter(() => isChosen(percent));
  const spaced = (text: string): string =>
    pick([text, ` ${text}\n`, `<!-- ${text} -->${text}`, `<![CDATA[${text}]]>`]);
  const properties = (percent: number): string => {
    const rows = some(KEYS, percent).map((name) => {
      const value = name !== 'z' && isChosen(25) ? '${z}' : spaced(pick(VERSIONS));
      return `<${name}>${value}</${name}>`;
    });
    return `<properties>${rows.join('\r\n')}</properties>`;
  };
  const version = (): string => {
    const text = isChosen(50) ? `\${${pick(KEYS)}}` : spaced(pick([...VERSIONS, '[1.0]']));
    return `<version>${text}</version>`;
  };
  const row = (artifact: string, hasVersion: boolean): string =>
    `<dependency><groupId>g.x</groupId>\r\n<artifactId>${artifact}</artifactId>${hasVersion ? version() : ''}</dependency>`;
  const requests = (): string =>
    `<dependencies>${some(ARTIFACTS, 50)
      .map((one) => row(one, isChosen(50)))
      .join('\n')}</dependencies>`;
  const rules = (percent: number): string =>
    `<dependencyManagement><dependencies>${some(ARTIFACTS, percent)
      .map((one) => row(one, true))
      .join('')}</dependencies></dependencyManagement>`;
  const profile = (): string =>
    `<profiles><profile><id>p</id><activation><activeByDefault>${String(isChosen(70))}</activeByDefault></activation>${properties(50)}${requests()}</profile></profiles>`;
  const pom = (artifact: string, head: string, percent: number): string =>
    `<project>\n<modelVersion>4.0.0</modelVersion>${head}<artifactId>${artifact}</artifactId><packaging>pom</packaging>${properties(percent)}${rules(percent)}${requests()}${isChosen(30) ? profile() : ''}</project>\n`;
  const parent = (artifact: string): string =>
    `<parent><groupId>g</groupId><artifactId>${artifact}</artifactId><version>1</version></parent>`;
  return {
    'pom.xml': pom('a', '<groupId>g</groupId><version>1</version>', 100),
    'b/pom.xml': pom('b', parent('a'), 40),
    'b/c/pom.xml': pom('c', parent('b'), 40),
  };
}

/** Versions by path and key. */
type Models = ReadonlyMap<string, string>;

function modelsOf(folder: string, trees: readonly Tree[]): readonly Models[] {
  const names: string[] = [];
  for (const [index, tree] of trees.entries()) {
    for (const [name, text] of Object.entries(tree)) {
      const place = path.join(folder, String(index), name);
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, text);
      names.push(place);
    }
  }
  const listed = path.join(folder, 'names');
  writeFileSync(listed, names.join('\n'));
  const text = execFileSync('java', ['-cp', `${LIBRARIES}/*`, PROGRAM, listed], {
    timeout: 240_000,
    maxBuffer: 64 * 1024 * 1024,
    encoding: 'utf8',
  });
  const models = trees.map(() => new Map<string, string>());
  for (const line of text.trim().split('\n')) {
    const [name = '', key = '', version = ''] = line.split('\t');
    const [index = '', ...rest] = path.relative(folder, name).split(path.sep);
    models[Number(index)]?.set(`${rest.join('/')} ${key}`, version);
  }
  return models;
}

const missing =
  missingForInterop('java', 'javac') ?? (existsSync(LIBRARIES) ? undefined : 'libraries of Maven');

it.skipIf(missing !== undefined)(
  `changes in the effective models of Maven what its steps name, and nothing else${needs(missing)}`,
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'assay-poms-'));
    try {
      const trees = Array.from({ length: TREES }, (_, seed) => treeOf(seed + 1));
      const before = modelsOf(path.join(folder, 'before'), trees);
      expect(
        before.flatMap((model) => [...model].filter(([key]) => key.endsWith(' error'))),
      ).toEqual([]);
      const edited: Tree[] = [];
      const moves: (readonly string[])[] = [];
      let planned = 0;
      for (const [index, tree] of trees.entries()) {
        const uses = [...(before[index] ?? [])].filter(([, version]) => !version.startsWith('['));
        const [key = '', version = ''] = uses[index % Math.max(uses.length, 1)] ?? [];
        const name = `g.x:${key.split(':')[1] ?? ''}`;
        const flaw = {
          ecosystem: 'maven',
          name,
          version,
          fixed: ['2.9'],
          allow: ['major'],
        } as const;
        const { steps, files } = await editManifests(maven, tree, flaw);
        planned += steps.length;
        moves.push(
          steps.slice(0, 1).flatMap((step) =>
            step
              .split(' ')
              .slice(1)
              .map((one) => `${one.replace(/>.*/u, '')} ${version}`),
          ),
        );
        edited.push({ ...tree, ...files });
      }
      const after = modelsOf(path.join(folder, 'after'), edited);
      for (const [index, model] of before.entries()) {
        const expected = new Map(
          [...model].map(([key, version]) => {
            const plain = version.replace(/^\[(?<inner>.*)\]$/u, '$<inner>');
            const isMoved =
              moves[index]?.includes(`g.x:${key.split(':')[1] ?? ''} ${plain}`) ?? false;
            return [key, isMoved ? version.replace(plain, '2.9') : version];
          }),
        );
        expect([index, [...(after[index] ?? [])]]).toEqual([index, [...expected]]);
      }
      expect(planned).toBeGreaterThan(TREES / 2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
