/**
 * `assay fix --apply` that is killed between two renames, and on a full disk: no file is
 * half-written, and the next run goes on.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { missingSmallMount, mountSmall } from '../support/small-mount.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop();
/** A file system of this size is full soon. */
const DISK_BYTES = 64 * 1024;

let folder: CommandFolder;
let command: BuiltCommand;
beforeAll(async () => {
  if (missing !== undefined) return;
  folder = new CommandFolder();
  command = await builtCommand();
  await folder.load({
    id: 'GHSA-core-core-0001',
    name: 'g.x:lib',
    fixed: '1.1',
    ecosystem: 'Maven',
  });
});
afterAll(() => {
  if (missing !== undefined) return;
  command[Symbol.dispose]();
  folder[Symbol.dispose]();
});
beforeEach(() => {
  if (missing === undefined) rmSync(folder.path('app'), { recursive: true, force: true });
});

/** The second half of the name is the version. */
const pom = (artifact: string, filler = ''): string =>
  `<project><groupId>g</groupId><artifactId>${artifact}</artifactId><version>1</version><!--${filler}--><dependencies><dependency><groupId>g.x</groupId><artifactId>lib</artifactId><version>1.0</version></dependency></dependencies></project>\n`;
const fixed = (text: string): string => text.replace('1.0</', '1.1</');

async function apply(env: Readonly<Record<string, string>> = {}): Promise<CommandOutcome> {
  const own = { ASSAY_CACHE_DIR: folder.path('.cache'), ASSAY_AS_OF: '2025-06-01', ...env };
  const args = ['fix', 'app', '--offline', '--apply', '--fail-on', 'high', '--allow-incomplete'];
  return runBuilt(command, args, { cwd: folder.cwd, env: own });
}
const staged = (): readonly string[] =>
  readdirSync(folder.path('app'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tmp'),
  );

it.skipIf(missing !== undefined)(
  `is killed between two renames${needs(missing)}`,
  async () => {
    const files = ['a/pom.xml', 'b/pom.xml', 'c/pom.xml'];
    for (const name of files) folder.write(`app/${name}`, pom(name.slice(0, 1)));
    const preload = folder.path('kill.mjs');
    writeFileSync(
      preload,
      `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const rename = fs.renameSync;
let count = 0;
fs.renameSync = (from, to) => {
  if (/\\.assay-[0-9a-f]+\\.tmp$/u.test(from) && (count += 1) === 2) process.kill(process.pid, 'SIGKILL');
  rename(from, to);
};
syncBuiltinESMExports();
`,
    );
    const killed = await apply({ NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` });
    expect(killed.exitCode).toBeNull();
    const texts = files.map((name) => folder.read(`app/${name}`));
    const old = files.map((name) => pom(name.slice(0, 1)));
    for (const [index, text] of texts.entries()) {
      expect([old[index], fixed(old[index] ?? '')]).toContain(text);
    }
    expect(texts.filter((text, index) => text !== old[index]).length).toBe(1);
    expect(staged().length).toBe(2);
    const next = await apply();
    expect([next.exitCode, next.stderr]).toEqual([
      0,
      expect.stringContaining('was left by a run that was killed while it wrote files'),
    ]);
    expect(files.map((name) => folder.read(`app/${name}`))).toEqual(old.map(fixed));
  },
  120_000,
);

const noDisk = missing ?? missingSmallMount();

/** Runs work with a small file system at a directory. */
async function onSmallDisk(place: string, work: () => Promise<void>): Promise<void> {
  expect(mountSmall(place, String(DISK_BYTES))).toBe(true);
  try {
    await work();
  } finally {
    execFileSync('umount', [place]);
  }
}

it.skipIf(noDisk !== undefined)(
  `finds no room for the new contents${needs(noDisk)}`,
  async () => {
    const text = pom('a', 'x'.repeat(DISK_BYTES / 2));
    await onSmallDisk(folder.path('app'), async () => {
      writeFileSync(folder.path('app/pom.xml'), text);
      const { exitCode, stderr } = await apply();
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringMatching(/"pom\.xml" cannot be written: .*ENOSPC/u),
      ]);
      expect(stderr).toContain('No file of the project was changed');
      expect([folder.read('app/pom.xml'), staged()]).toEqual([text, []]);
    });
  },
  120_000,
);

it.skipIf(noDisk !== undefined)(
  `finds no room for the copy${needs(noDisk)}`,
  async () => {
    folder.write('app/pom.xml', pom('a', 'x'.repeat(2 * DISK_BYTES)));
    await onSmallDisk(folder.path('small'), async () => {
      const { exitCode, stderr } = await apply({ TMPDIR: folder.path('small') });
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining('Make room in')]);
      expect(readFileSync(folder.path('app/pom.xml'), 'utf8')).toContain('1.0</version>');
      expect(readdirSync(path.join(folder.cwd, 'small'))).toEqual([]);
    });
  },
  120_000,
);
