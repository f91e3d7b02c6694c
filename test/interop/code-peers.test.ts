/**
 * The static analysis beside bandit and eslint-plugin-security, in the same run: programs that are
 * generated and run, pairs of programs from the documentation of frameworks, modules of the
 * standard library of Python, and files of npm packages. Prints the figures.
 */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { groupBy } from '../../src/core/base/maps.ts';
import { CODE_RULES } from '../../src/rules/detect/code/rules/list.ts';
import { sourceCode } from '../../src/rules/detect/code/source.ts';
import { judgePrograms } from '../../tools/conformance/flow.ts';
import {
  bandit,
  banditVersion,
  CLASSES,
  pluginFindings,
  pluginFolder,
  type PeerFinding,
} from '../support/code-peers.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

type Language = 'javascript' | 'python';

const ROOT = path.join(import.meta.dirname, '../..');
const BLIND = path.join(ROOT, 'tools/conformance/flow/blind');
const TIMEOUT_MS = 600_000;
const MODULES = 500;
const PACKAGES = 100;
/** Files of one package, evenly from all. */
const FILES_OF_PACKAGE = 5;
const MAX_BYTES = 100_000;

/** The beginning of the names of generated programs. */
const GENERATED = 'generated-';

/** A program of which it is known whether it is vulnerable. */
interface Case {
  readonly file: string;
  readonly cwe: readonly number[];
  readonly isVulnerable: boolean;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-code-peers-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the generated programs and the blind pairs of a language. */
async function casesOf(language: Language): Promise<readonly Case[]> {
  const cwes = new Map(CODE_RULES.map(({ name, cwe }) => [`code/${name}`, cwe]));
  const target = path.join(folder, language);
  mkdirSync(target, { recursive: true });
  const cases: Case[] = [];
  const add = (name: string, text: string, rest: Omit<Case, 'file'>): void => {
    const file = path.join(target, name);
    writeFileSync(file, text);
    cases.push({ file, ...rest });
  };
  const ending = language === 'python' ? 'py' : 'js';
  for (const [index, { program, arrived }] of (await judgePrograms(language)).entries()) {
    const cwe = cwes.get(program.rule) ?? [];
    add(`${GENERATED}${index}.${ending}`, program.text, { cwe, isVulnerable: arrived });
  }
  const blind = path.join(BLIND, language);
  const listed = JSON.parse(readFileSync(path.join(blind, 'cases.json'), 'utf8')) as readonly {
    readonly case: string;
    readonly extension: string;
    readonly cwe: readonly number[];
  }[];
  for (const { case: name, extension, cwe } of listed) {
    for (const kind of ['bad', 'good']) {
      const text = readFileSync(path.join(blind, `${name}.${kind}.${extension}.txt`), 'utf8');
      add(`${name}.${kind}.${extension}`, text, { cwe, isVulnerable: kind === 'bad' });
    }
  }
  return cases;
}

/** Returns the findings of Assay with its usual confidence. */
async function assay(files: readonly string[]): Promise<readonly PeerFinding[]> {
  const findings: PeerFinding[] = [];
  for (const file of files) {
    const at = `/${path.basename(file)}`;
    await sourceCode.prepare?.(at);
    for (const one of sourceCode.detect({ path: at, bytes: readFileSync(file) })) {
      if (one.confidence === 'low') continue;
      const isMedium = one.severity !== 'low' && one.severity !== 'unknown';
      findings.push({ file, rule: one.rule, cwe: one.cwe, isMedium });
    }
  }
  return findings;
}

interface Score {
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
}

function scoreOf(cases: readonly Case[], findings: readonly PeerFinding[]): Score {
  const byFile = groupBy(findings, ({ file }) => file);
  const isReported = ({ file, cwe }: Case): boolean =>
    (byFile.get(file) ?? []).some((one) => one.cwe.some((id) => cwe.includes(id)));
  const reported = cases.filter(isReported);
  const right = reported.filter(({ isVulnerable }) => isVulnerable).length;
  const all = cases.filter(({ isVulnerable }) => isVulnerable).length;
  return {
    recall: right / all,
    precision: reported.length === 0 ? 0 : right / reported.length,
    f1: (2 * right) / (all + reported.length),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function print(what: string, scores: Readonly<Record<string, Score>>): void {
  for (const [name, { recall, precision, f1 }] of Object.entries(scores)) {
    console.info(
      `${what}, ${name}: recall ${percent(recall)}, precision ${percent(precision)}, F1 ${percent(f1)}`,
    );
  }
}

/** Returns the cases of which a peer has a rule for the weakness. */
function known(cases: readonly Case[], classes: ReadonlySet<number>): readonly Case[] {
  return cases.filter(({ cwe }) => cwe.some((id) => classes.has(id)));
}

function filesBelow(start: string, isWanted: (file: string) => boolean): readonly string[] {
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => isWanted(file) && statSync(file).size < MAX_BYTES)
    .sort();
}

function evenly<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  return Array.from({ length: count }, (_, index) => {
    const one = all[Math.floor((index * all.length) / count)];
    if (one === undefined) throw new Error('there is one at each place');
    return one;
  });
}

/** The directory of the standard library, without its tests and the packages of Debian. */
function standardModules(): readonly string[] {
  const python = '/usr/lib';
  const release = readdirSync(python)
    .filter((name) => /^python3\.\d+$/u.test(name))
    .sort((a, b) => Number(b.slice(8)) - Number(a.slice(8)))[0];
  if (release === undefined) return [];
  const isModule = (file: string): boolean =>
    file.endsWith('.py') && !/\/(?:tests?|idlelib|dist-packages)\//u.test(file);
  return evenly(filesBelow(path.join(python, release), isModule), MODULES);
}

function packageFiles(): readonly string[] {
  const modules = path.join(ROOT, 'node_modules');
  const isCode = (file: string): boolean =>
    /\.[cm]?js$/u.test(file) && !/\.min\.|\/node_modules\/.*\/node_modules\//u.test(file);
  const packages = readdirSync(modules)
    .filter((name) => !/^[.@]/u.test(name))
    .map((name) => filesBelow(path.join(modules, name), isCode))
    .filter((files) => files.length > 0);
  return evenly(packages, PACKAGES).flatMap((files) => evenly(files, FILES_OF_PACKAGE));
}

const withoutBandit = missingForInterop('bandit', 'python3');

describe.skipIf(withoutBandit !== undefined)(
  `beside bandit${needs(withoutBandit)}`,
  { timeout: TIMEOUT_MS },
  () => {
    it('programs with injections: F1 is 20 points ahead', async () => {
      const cases = await casesOf('python');
      const files = cases.map(({ file }) => file);
      const ours = await assay(files);
      const findings = bandit(files);
      console.info(banditVersion());
      const blind = cases.filter(({ file }) => !path.basename(file).startsWith(GENERATED));
      const theirs = known(cases, CLASSES.bandit);
      for (const [what, chosen] of [
        [`${cases.length} programs of Python`, cases],
        [`${theirs.length} of weaknesses with a rule of bandit`, theirs],
        [`${blind.length} from the documentation of frameworks`, blind],
      ] as const) {
        const scores = {
          assay: scoreOf(chosen, ours),
          bandit: scoreOf(chosen, findings),
          'bandit, medium severity and above': scoreOf(
            chosen,
            findings.filter(({ isMedium }) => isMedium),
          ),
        };
        print(what, scores);
        const best = Math.max(scores.bandit.f1, scores['bandit, medium severity and above'].f1);
        expect(scores.assay.f1).toBeGreaterThanOrEqual(best + 0.2);
      }
    });

    it('modules of the standard library: at most half the findings of medium severity', async () => {
      const files = standardModules();
      const ours = (await assay(files)).filter(({ isMedium }) => isMedium);
      const theirs = bandit(files).filter(({ isMedium }) => isMedium);
      console.info(`${files.length} modules: assay ${ours.length}, bandit ${theirs.length}`);
      expect(theirs.length).toBeGreaterThan(0);
      expect(ours.length).toBeLessThanOrEqual(theirs.length / 2);
    });
  },
);

const folderOfPlugin = pluginFolder();
const withoutPlugin =
  missingForInterop('python3') ??
  (folderOfPlugin === undefined ? 'ASSAY_TEST_ESLINT_SECURITY' : undefined);

describe.skipIf(withoutPlugin !== undefined)(
  `beside eslint-plugin-security${needs(withoutPlugin)}`,
  { timeout: TIMEOUT_MS },
  () => {
    it('programs with its sinks: at least its recall', async () => {
      const cases = known(await casesOf('javascript'), CLASSES.plugin);
      const files = cases.map(({ file }) => file);
      const ours = await assay(files);
      const findings = await pluginFindings(folderOfPlugin ?? '', files);
      const blind = cases.filter(({ file }) => !path.basename(file).startsWith(GENERATED));
      for (const [what, chosen] of [
        [`${cases.length} programs of JavaScript with sinks of the plugin`, cases],
        [`${blind.length} of them from the documentation of frameworks`, blind],
      ] as const) {
        const scores = {
          assay: scoreOf(chosen, ours),
          'eslint-plugin-security': scoreOf(chosen, findings),
        };
        print(what, scores);
        expect(scores.assay.recall).toBeGreaterThanOrEqual(scores['eslint-plugin-security'].recall);
      }
    });

    it('npm packages: at most a fifth of its alarms', async () => {
      const files = packageFiles();
      const ours = await assay(files);
      const theirs = await pluginFindings(folderOfPlugin ?? '', files);
      console.info(`${files.length} files: assay ${ours.length}, plugin ${theirs.length}`);
      expect(theirs.length).toBeGreaterThan(0);
      expect(ours.length).toBeLessThanOrEqual(theirs.length / 5);
    });
  },
);
