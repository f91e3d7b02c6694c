/** What the files of the command weigh, and what it loads before it knows what to do. */

import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../test/support/build.ts';
import { CommandFolder } from '../test/support/command-folder.ts';
import { makeImage, ociFiles } from '../test/support/stored-images.ts';

/** Enough for the version; the code of a scan has hundreds of kilobytes. */
const MAX_ENTRY_BYTES = 8 * 1024;

/** Of a built-in module, a package or a file. */
const MODULE_IMPORT = /[^\w.$]import\(["'`][^"'`]*["'`]\)/;
const HOT_FILE = /^hot-[\w-]+\.js$/;
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
