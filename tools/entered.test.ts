/** The counts of files and functions that a scan enters, on a small checkout made for the test. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TOOL = fileURLToPath(new URL('entered.mjs', import.meta.url));

const SOURCES = {
  'app/cli/main.ts': `/** The command: images load one module more. */
import { used } from '../../room/used.ts';
import { LIMIT } from '../../room/constant.ts';

const [command = ''] = process.argv.slice(2);
if (LIMIT > 0) used(command);
if (command === 'image') await import('../../room/lazy.ts').then(({ lazy }) => lazy());
if (command === 'never') await import('../../room/unloaded.ts').then(({ unloaded }) => unloaded());
`,
  'room/used.ts': `export function used(text: string): number {
  using scope = { [Symbol.dispose]: close };
  const inner = (): number => [text].map((each) => each.length)[0] ?? 0;
  return text === 'never' ? uncalled() : inner() + new Counter().next;
}

function close(): void {
  return undefined;
}

function uncalled(): number {
  return 0;
}

class Counter {
  readonly #at = 1;
  get next(): number {
    return this.#at + 1;
  }
}
`,
  'room/constant.ts': `/** It is loaded, and none of its functions is called. */
export const LIMIT = 1;

export function unusedHere(): number {
  return LIMIT;
}
`,
  'room/lazy.ts': `export function lazy(): undefined {
  return undefined;
}
`,
  'room/unloaded.ts': `export function unloaded(): undefined {
  return undefined;
}
`,
};

const USED = [
  'used',
  'inner',
  '(anonymous)',
  'close',
  '<instance_members_initializer>',
  'get next',
];

let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(path.join(tmpdir(), 'assay-entered-test-'));
  for (const [name, text] of Object.entries(SOURCES)) write(path.join('src', name), text);
  write('src/room/used.test.ts', '\n'.repeat(1000));
  write('package.json', '{ "type": "module" }');
  write('tsconfig.build.json', JSON.stringify({ compilerOptions, include: ['src'] }));
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

const compilerOptions = {
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  rootDir: 'src',
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  types: [],
};

describe('the files and functions that a scan enters', () => {
  it('are those that were called, apart from modules and the helpers of the compiler', () => {
    const output = execFileSync(process.execPath, [TOOL, '--dir', checkout, '--json', '--list']);
    const lockfile = {
      filesLoaded: 3,
      filesEntered: 1,
      medianLinesLoaded: 8,
      medianLinesEntered: 20,
      functionsNamed: 4,
      functionsOfAnyKind: 6,
      list: { 'src/app/cli/main.ts': [], 'src/room/constant.ts': [], 'src/room/used.ts': USED },
    };
    expect(JSON.parse(output.toString())).toEqual({
      files: 5,
      medianLines: 6,
      targets: {
        lockfile,
        image: {
          ...lockfile,
          filesLoaded: 4,
          filesEntered: 3,
          medianLinesLoaded: 7,
          medianLinesEntered: 8,
          functionsNamed: 5,
          functionsOfAnyKind: 8,
          list: {
            'src/app/cli/main.ts': ['(anonymous)'],
            'src/room/constant.ts': [],
            'src/room/lazy.ts': ['lazy'],
            'src/room/used.ts': USED,
          },
        },
      },
    });
  });

  it('are printed as lines', () => {
    const output = execFileSync(process.execPath, [TOOL, '--dir', checkout], { encoding: 'utf8' });
    expect(output.split('\n')).toHaveLength(4);
    expect(output).toContain('all sources: 5 files, median 6 lines\n');
    expect(output).toContain('functions called: 4 named, 6 of any kind\n');
  });

  it('are not counted where the command fails', () => {
    write('src/app/cli/main.ts', 'process.exitCode = 3;\n');
    const { status, stderr } = spawnSync(process.execPath, [TOOL, '--dir', checkout], {
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('exited with 3');
    expect(readdirSync(checkout).filter((name) => name.startsWith('.dist-'))).toEqual([]);
  });
});

function write(name: string, text: string): void {
  const file = path.join(checkout, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
