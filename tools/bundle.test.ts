/** What the files of the command weigh, and what it loads before it knows what to do. */

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
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
} from '../test/support/build.ts';
import { CommandFolder } from '../test/support/command-folder.ts';
import { runHere } from '../test/support/run-here.ts';
import { makeImage, ociFiles } from '../test/support/stored-images.ts';

/** Enough for the version; the code of a scan has hundreds of kilobytes. */
const MAX_ENTRY_BYTES = 8 * 1024;

/** Of a built-in module, a package or a file. */
const MODULE_IMPORT = /[^\w.$]import\(["'`][^"'`]*["'`]\)/;
const HOT_FILE = /^hot-[\w-]+\.js$/;
const CODE_CACHE = fileURLToPath(new URL('code-cache.mjs', import.meta.url));
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
/** Prints the name of each file that is loaded. */
const TELL_LOADED = `
  const vm = require('node:vm');
  vm.Script = class extends vm.Script {
    constructor(code, options) {
      super(code, options);
      console.error(options.filename);
    }
  };
`;
/** What is always loaded; loading code is the larger part of a scan that finds all layers known. */
const MAX_HOT_BYTES = 400_000;

let command: BuiltCommand;
beforeAll(async () => {
  command = await builtCommand();
});
afterAll(() => {
  command[Symbol.dispose]();
});

describe('the entry of the bundled command', () => {
  it('loads next to nothing to print a version', async () => {
    const { stdout, exitCode } = await runBuilt(command, ['version'], {
      cwd: path.dirname(command.script),
    });
    expect(stdout).toMatch(/^assay \d+\.\d+\.\d+/);
    expect(exitCode).toBe(0);
    const main = path.join(chunksOf(command.script), 'main.js');
    const entryBytes = statSync(command.script).size + loadedBytes(main, new Set());
    expect(entryBytes).toBeLessThan(MAX_ENTRY_BYTES);
  });

  it('imports nothing as a module, because scripts that it loads itself cannot', () => {
    for (const name of readdirSync(chunksOf(command.script))) {
      const code = readFileSync(path.join(chunksOf(command.script), name), 'utf8');
      expect([name, MODULE_IMPORT.exec(code)?.[0]]).toEqual([name, undefined]);
    }
  });

  it('is ASCII, as which it is loaded', () => {
    for (const name of readdirSync(chunksOf(command.script))) {
      const code = readFileSync(path.join(chunksOf(command.script), name), 'latin1');
      expect([name, /[\u0080-\uffff]/.exec(code)?.[0]]).toEqual([name, undefined]);
    }
  });

  it('keeps what is always loaded small', () => {
    expect(statSync(hotFile(command.script)).size).toBeLessThanOrEqual(MAX_HOT_BYTES);
  });
});

describe('the verification of an image by a key', () => {
  /** An error code in the library that verifies certificates and log entries. */
  const OF_SIGSTORE = 'TLOG_BODY_ERROR';
  const hasSigstore = (file: string): boolean => readFileSync(file, 'latin1').includes(OF_SIGSTORE);

  it('loads neither the library of Sigstore nor what scans', async () => {
    const folder = new CommandFolder();
    try {
      const image = makeImage([[{ path: 'srv/data', body: 'content' }]]);
      for (const [name, bytes] of ociFiles([{ tag: '1', image }])) {
        folder.write(`images/${name}`, bytes);
      }
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      folder.write('a.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
      folder.write('a.pub', publicKey.export({ type: 'spki', format: 'pem' }));
      const teller = folder.path(folder.write('tell.cjs', TELL_LOADED));
      const named = ['oci:images:1', '--repository', 'ghcr.io/acme/app'];
      const run = (args: readonly string[], env = {}): Promise<CommandOutcome> =>
        runBuilt(command, args, { cwd: folder.cwd, env });
      expect((await run(['sign', ...named, '--sign-key', 'a.pem'])).exitCode).toBe(0);
      const verify = ['verify', ...named, '--verify-key', 'a.pub', '--offline'];
      const { exitCode, stderr } = await run(verify, { NODE_OPTIONS: `--require ${teller}` });
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('/verifying-')]);
      const loaded = stderr.trim().split('\n');
      expect(loaded.filter((file) => /\/(?:layers|matching|judging)-/u.test(file))).toEqual([]);
      const all = readdirSync(chunksOf(command.script));
      const verifiers = all.filter((name) =>
        hasSigstore(path.join(chunksOf(command.script), name)),
      );
      expect(verifiers.length).toBeGreaterThan(0);
      expect(loaded.filter(hasSigstore)).toEqual([]);
    } finally {
      folder[Symbol.dispose]();
    }
  });
});

describe('what V8 made of the files of the command', () => {
  /** Keeping it takes seconds. A test that changes it gets a copy. */
  let whole: BuiltCommand;
  let own: BuiltCommand;
  beforeAll(() => {
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
});

/** Returns a copy of a command, whose files may be changed. */
function copyOf({ script }: BuiltCommand): BuiltCommand {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-built-'));
  cpSync(path.dirname(script), path.join(folder, 'bin'), { recursive: true });
  symlinkSync(path.join(path.dirname(script), '../grammars'), path.join(folder, 'grammars'));
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

/** Of a module and all that it imports when it is loaded. */
function loadedBytes(file: string, seen: Set<string>): number {
  if (seen.has(file)) return 0;
  seen.add(file);
  const code = readFileSync(file, 'utf8');
  const imports = [...code.matchAll(/(?<!=>)require\(["'](?<name>\.{1,2}\/[^"']+)["']\)/g)];
  return imports.reduce(
    (sum, { groups }) => sum + loadedBytes(path.resolve(file, '..', groups?.['name'] ?? ''), seen),
    statSync(file).size,
  );
}
