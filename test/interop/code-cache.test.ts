/** What V8 made of the files of the built command, which the build keeps beside them. */

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';
import { missingForInterop } from '../support/interop.ts';
import { runHere } from '../support/run-here.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop();
const HOT_FILE = /^hot-[\w-]+\.js$/;
const CODE_CACHE = fileURLToPath(new URL('../../tools/code-cache.mjs', import.meta.url));
/** Says of each file that has a cache whether V8 refused it. */
const TELL_REJECTED = `
  const vm = require('node:vm');
  vm.Script = class extends vm.Script {
    constructor(code, options) {
      super(code, options);
      if (options.cachedData) console.error(options.filename, this.cachedDataRejected);
    }
  };
`;

describe.skipIf(missing !== undefined)(
  `what V8 made of the files of the command${needs(missing)}`,
  () => {
    /** Keeping it takes seconds. A test that changes it gets a copy. */
    let whole: BuiltCommand;
    let own: BuiltCommand;
    beforeAll(async () => {
      using command = await builtCommand();
      whole = copyOf(command);
      execFileSync(process.execPath, [CODE_CACHE, path.dirname(whole.script)]);
    });
    afterAll(() => {
      whole[Symbol.dispose]();
    });
    beforeEach(() => {
      own = copyOf(whole);
    });
    afterEach(() => {
      own[Symbol.dispose]();
    });

    it('is kept by the build, and does not have to be there or of use', async () => {
      const hot = hotFile(own.script);
      const kept = readFileSync(`${hot}.cache`);
      expect(kept.length).toBeGreaterThan(statSync(hot).size / 2);
      expect(readdirSync(chunksOf(own.script))).not.toContain('main.js.cache');

      const cwd = mkdtempSync(path.join(tmpdir(), 'assay-code-'));
      const help = (env = {}): Promise<CommandOutcome> =>
        runBuilt(own, ['image', '--help'], { cwd, env });
      const teller = path.join(cwd, 'tell.cjs');
      writeFileSync(teller, TELL_REJECTED);
      const told = await help({ NODE_OPTIONS: `--require ${teller}` });
      expect(told.stderr).toContain(`${path.basename(hot)} false`);
      expect(told.stderr).not.toContain('true');

      const first = await help();
      expect(first).toMatchObject({ exitCode: 0, stderr: '' });
      writeFileSync(`${hot}.cache`, kept.subarray(0, kept.length / 2));
      expect(await help()).toEqual(first);
      // As of another version of V8.
      copyFileSync(own.script, `${hot}.cache`);
      expect(await help()).toEqual(first);
      rmSync(`${hot}.cache`);
      expect(await help()).toEqual(first);
      rmSync(cwd, { recursive: true });
    });

    it('is of use to a first scan of a lockfile and of an image', async () => {
      const cwd = mkdtempSync(path.join(tmpdir(), 'assay-code-'));
      const teller = path.join(cwd, 'tell.cjs');
      writeFileSync(teller, TELL_REJECTED);
      const packages = { 'node_modules/lodash': { version: '4.17.15' } };
      writeFileSync(
        path.join(cwd, 'package-lock.json'),
        JSON.stringify({ lockfileVersion: 3, packages }),
      );
      const env = { HOME: cwd, ASSAY_OFFLINE: 'true', ASSAY_CACHE_DIR: path.join(cwd, 'cache') };
      await runHere(['demo', '--dir', 'demo'], { cwd, env });
      await runHere(['db', 'import', 'demo/advisories'], { cwd, env });
      for (const [args, part] of [
        [['fs', 'package-lock.json'], 'package-lock'],
        [['image', '--input', 'demo/full.tar'], 'layers'],
      ] as const) {
        const { stdout, stderr } = await runBuilt(own, args, {
          cwd,
          env: { ...env, NODE_OPTIONS: `--require ${teller}` },
        });
        expect(stdout).toContain('lodash');
        for (const name of ['hot', 'judging', 'layers', 'matching', 'table', part]) {
          expect(stderr).toMatch(new RegExp(`/${name}-[\\w-]+\\.js false`));
        }
        expect(stderr).not.toContain('true');
      }
      rmSync(cwd, { recursive: true });
    });

    it('has a list of the modules of Node that a scan needs, which does not have to be there', async () => {
      const list = path.join(chunksOf(own.script), 'built-ins.json');
      const names = JSON.parse(readFileSync(list, 'utf8')) as unknown;
      expect(names).toEqual(expect.arrayContaining(['crypto', 'fs/promises', 'zlib']));
      // The command starts none, and this one takes long to load.
      expect(names).not.toContain('child_process');

      const cwd = mkdtempSync(path.join(tmpdir(), 'assay-code-'));
      const help = (): Promise<CommandOutcome> => runBuilt(own, ['image', '--help'], { cwd });
      const first = await help();
      expect(first).toMatchObject({ exitCode: 0, stderr: '' });
      for (const text of ['', '{}', '["no-such-module"]']) {
        writeFileSync(list, text);
        expect(await help()).toEqual(first);
      }
      rmSync(list);
      expect(await help()).toEqual(first);
      rmSync(cwd, { recursive: true });
    });
  },
);

/** Returns a copy of a command, whose files may be changed. */
function copyOf({ script }: BuiltCommand): BuiltCommand {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-built-'));
  cpSync(path.dirname(script), path.join(folder, 'bin'), { recursive: true });
  for (const name of ['grammars', 'names'])
    symlinkSync(path.join(path.dirname(script), '..', name), path.join(folder, name));
  return {
    script: path.join(folder, 'bin/assay.js'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

function chunksOf(script: string): string {
  return path.join(path.dirname(script), 'chunks');
}

function hotFile(script: string): string {
  const name = readdirSync(chunksOf(script)).find((file) => HOT_FILE.test(file));
  return path.join(chunksOf(script), name ?? 'none');
}
