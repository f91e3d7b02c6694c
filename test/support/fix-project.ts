/**
 * A project of one package manager of JavaScript in a folder, with a registry on loopback, for
 * tests of `assay fix`.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';

import { CommandFolder, type Outcome } from './command-folder.ts';
import { managerPath, type ManagerId } from './javascript-managers.ts';
import { NpmRegistry, type NpmVersions } from './npm-registry.ts';

const execute = promisify(execFile);

export type Json = Record<string, unknown>;

/** What the tests read of the document of `assay fix`. */
export interface FixDocument {
  readonly stderr?: string;
  readonly projects: readonly {
    readonly state: string;
    readonly steps: readonly {
      readonly kind: string;
      readonly moves: readonly {
        readonly name: string;
        readonly from: string;
        readonly to?: string;
      }[];
      readonly edits: readonly Json[];
      readonly clears: readonly string[];
    }[];
    readonly staying: readonly { readonly reasons: readonly string[] }[];
    readonly changedPaths: readonly string[];
  }[];
  readonly left: readonly string[];
}

/** The files and commands of a manager. */
interface Commands {
  readonly lockfile: string;
  /** Writes the lockfile. */
  readonly lock: readonly [string, ...string[]];
  /** Installs from the lockfile, and fails if it would change. */
  readonly frozen: readonly [string, ...string[]];
}

const PNPM: Commands = {
  lockfile: 'pnpm-lock.yaml',
  lock: ['pnpm', 'install', '--lockfile-only', '--no-frozen-lockfile'],
  frozen: ['pnpm', 'install', '--frozen-lockfile', '--ignore-scripts'],
};

/** Yarn 2 cannot write a lockfile alone. */
const YARN_2: Commands = {
  lockfile: 'yarn.lock',
  lock: ['yarn', 'install', '--skip-builds'],
  frozen: ['yarn', 'install', '--immutable', '--skip-builds'],
};

/** Yarn 3 and newer. */
const YARN: Commands = {
  lockfile: 'yarn.lock',
  lock: ['yarn', 'install', '--mode=update-lockfile'],
  frozen: ['yarn', 'install', '--immutable', '--mode=skip-build'],
};

/** The commands of each manager. */
const COMMANDS: Readonly<Record<ManagerId | 'npm', Commands>> = {
  npm: {
    lockfile: 'package-lock.json',
    lock: ['npm', 'install', '--package-lock-only', '--ignore-scripts'],
    frozen: ['npm', 'ci', '--ignore-scripts'],
  },
  'pnpm 9': PNPM,
  'pnpm 10': PNPM,
  'pnpm 12': PNPM,
  'yarn 1': {
    lockfile: 'yarn.lock',
    lock: ['yarn', 'install', '--ignore-scripts'],
    frozen: ['yarn', 'install', '--ignore-scripts', '--frozen-lockfile'],
  },
  'yarn 2': YARN_2,
  'yarn 3': YARN,
  'yarn 4': YARN,
};

/** A folder with one project in `app`. */
export class FixScene implements AsyncDisposable {
  readonly folder: CommandFolder;
  readonly #manager: ManagerId | 'npm';
  /** The registry that the user has configured. */
  readonly registry: string;
  readonly lockfile: string;
  readonly #registry: NpmRegistry | undefined;

  private constructor(manager: ManagerId | 'npm', registry: string, own?: NpmRegistry) {
    const bin = manager === 'npm' ? undefined : managerPath(manager);
    this.folder = new CommandFolder();
    this.#manager = manager;
    this.registry = registry;
    this.#registry = own;
    this.lockfile = COMMANDS[manager].lockfile;
    const inherited = process.env['PATH'] ?? '';
    this.folder.env['PATH'] = bin === undefined ? inherited : `${bin}:${inherited}`;
    this.folder.env['npm_config_registry'] = registry;
    // Yarn 1 has one cache for all directories if the superuser runs it.
    this.folder.env['YARN_CACHE_FOLDER'] = this.folder.path('.yarn/v1');
    this.folder.env['NODE_EXTRA_CA_CERTS'] = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
    mkdirSync(this.folder.path('tmp'));
    vi.stubEnv('TMPDIR', this.folder.path('tmp'));
    this.folder.env['TMPDIR'] = this.folder.path('tmp');
  }

  /** Starts with a registry of its own. */
  static async start(manager: ManagerId | 'npm'): Promise<FixScene> {
    const registry = await NpmRegistry.start();
    return new FixScene(manager, registry.url, registry);
  }

  /** Starts with a registry that is there. */
  static at(manager: ManagerId | 'npm', registry: string): FixScene {
    return new FixScene(manager, registry);
  }

  /** The registry on loopback. */
  get stub(): NpmRegistry {
    if (this.#registry === undefined) throw new Error('the registry is not on loopback');
    return this.#registry;
  }

  /**
   * Writes files and the lockfile that the manager makes while the registry has only some versions,
   * and publishes all of them.
   */
  async project(
    files: Readonly<Record<string, string>>,
    all: Readonly<Record<string, NpmVersions>>,
    old: Readonly<Record<string, readonly string[]>>,
  ): Promise<void> {
    this.clear();
    const some = Object.entries(all).map(([name, versions]) => [
      name,
      Object.fromEntries(
        Object.entries(versions).filter(([version]) => old[name]?.includes(version) ?? true),
      ),
    ]);
    this.stub.publish(Object.fromEntries(some) as Record<string, NpmVersions>);
    for (const [name, text] of Object.entries(files)) this.folder.write(`app/${name}`, text);
    await this.lock();
    this.stub.publish(all);
  }

  /** Removes the project and the caches of the manager. */
  clear(): void {
    for (const name of ['app', '.cache', '.local', '.npm', '.yarn']) {
      if (name === '.cache') {
        // Advisories stay.
        for (const one of ['pnpm', 'yarn', 'node']) {
          rmSync(this.folder.path(`.cache/${one}`), { recursive: true, force: true });
        }
      } else rmSync(this.folder.path(name), { recursive: true, force: true });
    }
  }

  /** Writes the lockfile, and nothing else. */
  async lock(): Promise<void> {
    await this.command(...COMMANDS[this.#manager].lock);
    rmSync(this.folder.path('app/node_modules'), { recursive: true, force: true });
  }

  /**
   * Installs from the lockfile without scripts; fails if the lockfile does not agree with the
   * manifests.
   */
  frozen(): Promise<string> {
    return this.command(...COMMANDS[this.#manager].frozen);
  }

  /**
   * Runs a program in the project, with the settings that the manager needs for a registry on
   * loopback.
   */
  async command(program: string, ...args: readonly string[]): Promise<string> {
    const env = {
      PATH: this.folder.env['PATH'],
      HOME: this.folder.cwd,
      TMPDIR: this.folder.env['TMPDIR'],
      npm_config_registry: this.registry,
      NODE_EXTRA_CA_CERTS: this.folder.env['NODE_EXTRA_CA_CERTS'],
      COREPACK_ENABLE_NETWORK: '0',
      npm_config_update_notifier: 'false',
      npm_config_manage_package_manager_versions: 'false',
      YARN_CACHE_FOLDER: this.folder.env['YARN_CACHE_FOLDER'],
      YARN_NPM_REGISTRY_SERVER: this.registry,
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_ENABLE_TELEMETRY: '0',
      YARN_NODE_LINKER: 'node-modules',
      YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
      ...(this.#manager === 'yarn 4' && { YARN_NPM_MINIMAL_AGE_GATE: '0' }),
    };
    const options = { cwd: this.folder.path('app'), env, timeout: 120_000 };
    const { stdout } = await execute(program, [...args], options);
    return stdout;
  }

  /** Runs `assay fix` on the project. */
  fix(...args: readonly string[]): Promise<Outcome> {
    return this.folder.assay('fix', 'app', '--offline=false', '--skip-db-update', ...args);
  }

  /** Runs `assay fix` and reads its document. */
  async plan(...args: readonly string[]): Promise<FixDocument> {
    const { stdout, stderr } = await this.fix('-f', 'json', ...args);
    const text = stdout === '' ? JSON.stringify({ stderr, projects: [], left: [] }) : stdout;
    return JSON.parse(text) as FixDocument;
  }

  read(name: string): string {
    return this.folder.read(`app/${name}`);
  }

  /** What copies of projects are left behind. */
  copies(): readonly string[] {
    return readdirSync(this.folder.path('tmp')).filter((name) => name.startsWith('assay-fix-'));
  }

  path(name: string): string {
    return path.join(this.folder.cwd, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    vi.unstubAllEnvs();
    await this.#registry?.[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}
