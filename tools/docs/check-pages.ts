/**
 * Holds all pages against the command line: links, commands, flags, exit codes, and outputs that
 * they show.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Flag } from '../../src/app/config/flag.ts';
import { BARE_TARGET, COMMANDS } from '../../src/app/cli/commands/list.ts';
import { COMMON_FLAGS } from '../../src/app/cli/shell/options/common-flags.ts';
import { runCommandLine } from '../../src/app/cli/shell/run.ts';
import { EXIT_CAUSES } from '../../src/core/model/report/exit-codes.ts';
import { anchorsIn, isPartOf, pageProblems, shownOutputs, type Facts, type Page } from './pages.ts';

/** Codes that other programs and signals give, which pages name too. */
const FOREIGN_CODES = [124, 125, 126, 127, 130, 137, 143];
/**
 * Flags of node, npm, apt, pip, trivy, grype and of the project's own tools that pages name without
 * the program.
 */
const FOREIGN_FLAGS =
  'ignore-states help version list progress json feeds images base hash max-old-space-size wasm-tiering-budget trivydb suites sparkplug sort-by raise peers package-lock-only no-opt no-install-recommends no-cache-dir no-cache floor by-cve always-sparkplug';
/** Folders without pages of the project. */
const NO_PAGES: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git']);

/** Returns what does not hold in the pages below a folder. */
export async function problemsOfPages(root: string): Promise<readonly string[]> {
  const facts = await factsOf(root);
  const problems: string[] = [];
  const above = mkdtempSync(path.join(tmpdir(), 'assay-pages-'));
  let writing: Promise<string> | undefined;
  const places: Places = { root, demo: () => (writing ??= writeDemo(above)) };
  try {
    for (const page of pagesOf(root)) {
      // What was true of another version stays as it was written.
      if (page.name !== 'CHANGELOG.md') problems.push(...pageProblems(page, facts));
      problems.push(...(await wrongOutputs(page, places)));
    }
  } finally {
    rmSync(above, { recursive: true, force: true });
  }
  return problems;
}

function pagesOf(root: string): readonly Page[] {
  const top = readdirSync(root).filter((name) => !NO_PAGES.has(name));
  const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return [...top, ...docs.map((name) => path.join('docs', name))]
    .filter((name) => name.endsWith('.md'))
    .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));
}

async function factsOf(root: string): Promise<Facts> {
  const commands = new Map<string, readonly Flag[]>();
  for (const row of [...COMMANDS, BARE_TARGET]) {
    const flags = [...(await row.load()).flags, ...COMMON_FLAGS];
    for (const name of [row.name, ...(row.aliases ?? [])]) commands.set(name, flags);
  }
  const codes = Object.values(EXIT_CAUSES).map(({ code }) => code);
  return {
    commands,
    foreignFlags: new Set(FOREIGN_FLAGS.split(' ')),
    exitCodes: new Set([...codes, ...FOREIGN_CODES]),
    anchorsOf(page, target) {
      const file = path.join(root, path.dirname(page), target);
      if (!existsSync(file)) return undefined;
      return statSync(file).isFile() ? anchorsIn(readFileSync(file, 'utf8')) : new Set();
    },
  };
}

async function wrongOutputs(page: Page, places: Places): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { line, command, output, isPart, inDemo } of shownOutputs(page)) {
    const printed = await printedBy(command, inDemo ? await places.demo() : places.root);
    const isRight = isPart ? isPartOf(output, printed) : printed.trimEnd() === output.trimEnd();
    if (isRight) continue;
    wrong.push(
      `${page.name}:${line}: assay ${command.join(' ')} prints something else:\n${printed}`,
    );
  }
  return wrong;
}

/** Where the commands of shown outputs run. */
interface Places {
  readonly root: string;
  /** Returns the directory of `assay demo --dir demo`, which is written when it is first needed. */
  demo(): Promise<string>;
}

async function writeDemo(above: string): Promise<string> {
  await printedBy(['demo', '--dir', 'demo'], above);
  return path.join(above, 'demo');
}

/**
 * What a command prints in a folder. It has neither advisory data nor settings here, unless the
 * folder and its flags do.
 */
async function printedBy(command: readonly string[], cwd: string): Promise<string> {
  let printed = '';
  const out = {
    write(text: string, done?: () => void): boolean {
      printed += text;
      done?.();
      return true;
    },
  };
  const before = process.cwd();
  // Paths of targets are relative to the directory of the process.
  process.chdir(cwd);
  try {
    await runCommandLine(command, { stdout: out, stderr: out, env: {}, cwd });
  } finally {
    process.chdir(before);
  }
  return printed;
}
