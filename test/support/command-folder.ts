/** A folder with advisories and npm projects, in which command lines are run in this process. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';

import { runHere, type Outcome } from './run-here.ts';

export type { Outcome };

/** A record of a feed: which package is affected below which version, and how badly. */
export interface Flaw {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly name: string;
  readonly fixed: string;
  /** As OSV names it; npm by default. */
  readonly ecosystem?:
    'npm' | 'Go' | 'crates.io' | 'PyPI' | 'Maven' | 'NuGet' | 'RubyGems' | 'Packagist';
  /** A CVSS vector's impacts; high by default. */
  readonly severity?: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
}

/** Ecosystems whose advisories have ranges of semantic versions. */
const SEMANTIC: ReadonlySet<string> = new Set(['npm', 'Go', 'crates.io']);

const VECTORS = {
  LOW: 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N',
  MEDIUM: 'CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:L/I:L/A:L',
  HIGH: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H',
  CRITICAL: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
};

/** Becomes the working folder of this process, until it is disposed of; then it is removed. */
export class CommandFolder implements Disposable {
  readonly cwd = mkdtempSync(path.join(tmpdir(), 'assay-folder-'));
  /** Variables beside those that each command line gets. */
  readonly env: Record<string, string> = {};
  readonly #before = process.cwd();

  constructor() {
    process.chdir(this.cwd);
  }

  /** Runs a command line, by default at the first of June 2025 and without network. */
  async assay(...args: readonly string[]): Promise<Outcome> {
    const env = {
      HOME: this.cwd,
      ASSAY_AS_OF: '2025-06-01',
      ASSAY_OFFLINE: 'true',
      ASSAY_CACHE_DIR: path.join(this.cwd, '.cache'),
      ...this.env,
    };
    return runHere(args, { cwd: this.cwd, env });
  }

  /** As {@link CommandFolder.assay}, of a command line that must end with 0. */
  async run(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.assay(...args);
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, expect.not.stringContaining('ERROR')]);
    return outcome;
  }

  path(name: string): string {
    return path.join(this.cwd, name);
  }

  write(name: string, content: string | Uint8Array): string {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return name;
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  json(name: string): unknown {
    return JSON.parse(this.read(name));
  }

  /** Loads advisories. */
  async load(...flaws: readonly Flaw[]): Promise<void> {
    for (const flaw of flaws) {
      const { id, aliases, name, fixed, ecosystem = 'npm', severity = 'HIGH' } = flaw;
      const type = SEMANTIC.has(ecosystem) ? 'SEMVER' : 'ECOSYSTEM';
      this.write(
        `osv/${id}.json`,
        JSON.stringify({
          id,
          ...(aliases !== undefined && { aliases }),
          modified: '2024-01-01T00:00:00Z',
          affected: [
            {
              package: { ecosystem, name },
              ranges: [{ type, events: [{ introduced: '0' }, { fixed }] }],
            },
          ],
          severity: [{ type: 'CVSS_V3', score: VECTORS[severity] }],
        }),
      );
    }
    await this.run('db', 'import', 'osv');
  }

  /** Writes a lockfile of npm; `packages` by name with their version. */
  project(folder: string, packages: Readonly<Record<string, string>>): string {
    const rows = new Map<string, object>([['', { name: 'app', dependencies: packages }]]);
    for (const [name, version] of Object.entries(packages)) {
      rows.set(`node_modules/${name}`, { version });
    }
    const lock = { name: 'app', lockfileVersion: 3, packages: Object.fromEntries(rows) };
    this.write(`${folder}/package-lock.json`, `${JSON.stringify(lock, null, 2)}\n`);
    return folder;
  }

  [Symbol.dispose](): void {
    process.chdir(this.#before);
    rmSync(this.cwd, { recursive: true, force: true });
  }
}
