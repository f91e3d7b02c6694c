/**
 * What package managers themselves do in layers: upgrades, removals, installations once more, one
 * package in the place of another. None of it looks like tampering, although layers leave out what
 * did not change.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext, scan } from '../../src/scan/pipeline/index.ts';
import { missingForInterop } from '../support/interop.ts';
import { layerOf } from '../support/layer-of.ts';
import { makeImage, ociFiles, writeFiles } from '../support/stored-images.ts';
import { needs, run } from '../support/tools.ts';

const SCRIPTS = fileURLToPath(new URL('../tampering/', import.meta.url));
/** Making an environment of Python takes its time on a busy machine. */
const MAKING_MS = 300_000;
/** All systems below were maintained then. */
const AS_OF = '2025-09-01';

interface Manager {
  readonly missing: string | undefined;
  readonly steps: readonly string[];
}

const MANAGERS: Readonly<Record<string, Manager>> = {
  dpkg: {
    missing:
      missingForInterop('dpkg', 'dpkg-deb') ?? (process.getuid?.() === 0 ? undefined : 'root'),
    steps: ['upgrade', 'again', 'purge', 'replace'],
  },
  rpm: { missing: missingForInterop('rpm', 'rpmbuild'), steps: ['upgrade', 'again', 'purge'] },
  pip: {
    missing: missingForInterop('python3') ?? missingVenv(),
    steps: ['upgrade', 'again', 'purge'],
  },
};

describe.each(Object.entries(MANAGERS))('%s', (manager, { missing, steps }) => {
  describe.skipIf(missing !== undefined)(`here${needs(missing)}`, () => {
    let folder: string;
    let first: string;

    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'assay-upgrades-'));
      // Environments of Python name their own folder, so all states lie in the same one, one
      // after the other.
      first = path.join(folder, 'first');
      step(manager, path.join(folder, 'root'), 'install');
      copy(path.join(folder, 'root'), first);
    }, MAKING_MS);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(steps)(
      'in a second layer: %s',
      async (name) => {
        const root = path.join(folder, 'root');
        rmSync(root, { recursive: true });
        copy(first, root);
        step(manager, root, name);
        const layout = path.join(folder, `${name}.oci`);
        const layers = [layerOf(first), layerOf(root, first)];
        writeFiles(layout, ociFiles([{ image: makeImage(layers, { forms: ['plain'] }) }]));
        const report = await scan(
          {
            targets: [{ reference: layout, kind: 'image' }],
            policy: { failOnTamper: true, allowIncomplete: 'all' },
          },
          { ...quietContext(), now: () => Date.parse(AS_OF) },
        );
        expect(report.results.flatMap(({ findings }) => findings)).toEqual([]);
        const levels = report.results.flatMap(({ inventory }) =>
          inventory.packages
            .filter(({ name: of }) => ['alpha', 'beta', 'gamma'].includes(of))
            .map(({ evidence }) => evidence.level),
        );
        expect(new Set(levels)).toEqual(new Set(levels.length > 0 ? ['verified'] : []));
      },
      MAKING_MS,
    );
  });
});

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
}

function step(manager: string, root: string, name: string): void {
  execFileSync('sh', [path.join(SCRIPTS, `upgrade-${manager}.sh`), root, name], { stdio: 'pipe' });
}

/** Debian keeps what `python3 -m venv` needs in a package of its own. */
function missingVenv(): string | undefined {
  try {
    run('python3', ['-c', 'import ensurepip']);
    return undefined;
  } catch {
    return 'python3-venv';
  }
}
