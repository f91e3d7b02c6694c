/**
 * A git repository whose commits real tools sign: git, ssh-keygen and gpg.
 *
 * The repository is in the directory of the command line, with the keys in `.keys/`. Dates are in
 * May 2025, a month before the clock of
 * {@link CommandFolder}.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { CommandFolder } from './command-folder.ts';

/** A key that signs: its kind, and what git is configured with. */
export interface SceneKey {
  readonly format: 'ssh' | 'openpgp';
  readonly id: string;
}

/** A commit that is made; what is absent is usual. */
export interface CommitPlan {
  readonly key?: SceneKey;
  /** Address of the committer; by default that of Ada. */
  readonly committer?: string;
  readonly author?: string;
  /** Date of the commit and, of OpenPGP, of the signature. */
  readonly at?: string;
  readonly signedAt?: string;
  readonly message?: string;
  /** Further arguments of gpg. */
  readonly gpg?: string;
  /** Further arguments of git commit. */
  readonly args?: readonly string[];
  readonly config?: readonly string[];
}

export const ADA = 'ada@example.com';
const USUAL_DATE = '2025-05-10T12:00:00Z';

export class CommitScene implements Disposable {
  readonly folder = new CommandFolder();
  /** Sockets of the agent need a short path. */
  readonly #gpgHome = mkdtempSync(path.join(tmpdir(), 'gpg-'));
  readonly #gpg: string;

  constructor(format: 'sha1' | 'sha256' = 'sha1') {
    mkdirSync(this.folder.path('.keys'));
    chmodSync(this.#gpgHome, 0o700);
    const script =
      '#!/bin/sh\nexec gpg --batch $GPG_ARGUMENTS ${FAKED:+--faked-system-time "$FAKED!"} "$@"\n';
    this.#gpg = this.folder.path(this.folder.write('.keys/gpg', script));
    chmodSync(this.#gpg, 0o755);
    this.git(['init', '-q', '-b', 'main', `--object-format=${format}`]);
    this.folder.write('.git/info/exclude', '.keys\n.cache\n');
  }

  git(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
    return this.tool('git', args, env);
  }

  /** Runs a tool and returns its standard output, without the line end. */
  tool(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input?: Uint8Array | string,
  ): string {
    return execFileSync(command, args, {
      cwd: this.folder.cwd,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
      ...(input !== undefined && { input }),
      env: { ...process.env, ...this.env(), ...env },
    }).trimEnd();
  }

  env(): Record<string, string> {
    return {
      HOME: this.folder.cwd,
      GNUPGHOME: this.#gpgHome,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      LC_ALL: 'C',
    };
  }

  /** Makes a key of OpenSSH. `args` are those of ssh-keygen, as in `-t ed25519`. */
  sshKey(name: string, ...args: readonly string[]): SceneKey {
    const file = this.folder.path(`.keys/${name}`);
    const kind = args.length === 0 ? ['-t', 'ed25519'] : args;
    this.tool('ssh-keygen', ['-q', '-N', '', '-C', name, '-f', file, ...kind]);
    return { format: 'ssh', id: file };
  }

  /** The public line of a key of OpenSSH. */
  sshLine({ id }: SceneKey): string {
    return readFileSync(`${id}.pub`, 'utf8').trim();
  }

  /** Makes a certificate for a key, and returns the key that signs with it. */
  certify(authority: SceneKey, key: SceneKey, name: string, ...args: readonly string[]): SceneKey {
    const copy = this.folder.path(`.keys/${name}`);
    copyFileSync(key.id, copy);
    copyFileSync(`${key.id}.pub`, `${copy}.pub`);
    this.tool('ssh-keygen', ['-q', '-s', authority.id, '-I', name, ...args, `${copy}.pub`]);
    // git signs with a certificate if it is given as the public key.
    return { format: 'ssh', id: `${copy}-cert.pub` };
  }

  /** Makes a key of OpenPGP at a date, and returns its fingerprint. */
  gpgKey(
    name: string,
    {
      algorithm = 'ed25519',
      expire = 'never',
      at = '20250101T000000',
    }: { readonly algorithm?: string; readonly expire?: string; readonly at?: string } = {},
  ): SceneKey {
    const args = ['--passphrase', '', '--quick-generate-key', name, algorithm, 'sign', expire];
    this.gpg(args, at);
    const list = this.gpg(['--with-colons', '--list-secret-keys', `=${name}`], at);
    const [, id = ''] = /^fpr:::::::::([0-9A-F]{40}):/mu.exec(list) ?? [];
    return { format: 'openpgp', id };
  }

  /** Revokes a key of OpenPGP by the certificate that gpg made with it. */
  revokeGpg({ id }: SceneKey): void {
    const file = path.join(this.#gpgHome, 'openpgp-revocs.d', `${id}.rev`);
    // A colon keeps it from being imported by mistake.
    this.gpg(
      ['--import'],
      '20250515T000000',
      readFileSync(file, 'utf8').replace(':-----', '-----'),
    );
  }

  gpg(args: readonly string[], at = '20250101T000000', input?: string): string {
    return this.tool(this.#gpg, args, { FAKED: at }, input);
  }

  /**
   * Writes the public half of a key of OpenPGP, and returns the name of the file beside the trust
   * file.
   */
  exportGpg({ id }: SceneKey, file: string): string {
    this.folder.write(`.keys/${file}`, `${this.gpg(['--armor', '--export', id])}\n`);
    return file;
  }

  /** Makes a commit on the present branch, and returns its id. */
  commit(plan: CommitPlan = {}): string {
    const { message = 'one', args = [], config = [] } = plan;
    const sign = plan.key === undefined ? ['--no-gpg-sign'] : ['-S'];
    const how = [...this.signingConfig(plan.key), ...config].flatMap((one) => ['-c', one]);
    const all = [...how, 'commit', '-q', '--allow-empty', '-m', message, ...sign, ...args];
    this.git(all, this.commitEnv(plan));
    return this.head();
  }

  head(): string {
    return this.git(['rev-parse', 'HEAD']);
  }

  /** Settings with which git signs by a key. */
  signingConfig(key: SceneKey | undefined): readonly string[] {
    if (key === undefined) return [];
    return [`gpg.format=${key.format}`, `user.signingkey=${key.id}`, `gpg.program=${this.#gpg}`];
  }

  commitEnv({
    committer = ADA,
    author = committer,
    at = USUAL_DATE,
    signedAt = at,
    gpg = '',
  }: CommitPlan): Record<string, string> {
    return {
      GIT_AUTHOR_NAME: 'Author',
      GIT_AUTHOR_EMAIL: author,
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_NAME: 'Committer',
      GIT_COMMITTER_EMAIL: committer,
      GIT_COMMITTER_DATE: at,
      GPG_ARGUMENTS: gpg,
      FAKED: signedAt.replaceAll(/[-:]|\.\d+|Z$/gu, ''),
    };
  }

  /** The bytes of an object, each as one character. */
  raw(id: string, type = 'commit'): string {
    return execFileSync('git', ['cat-file', type, id], {
      cwd: this.folder.cwd,
      encoding: 'latin1',
      env: { ...process.env, ...this.env() },
    });
  }

  /** Writes an object of any form, and returns its id. */
  write(text: string, type = 'commit'): string {
    const args = ['hash-object', '-w', '-t', type, '--literally', '--stdin'];
    return this.tool('git', args, {}, Buffer.from(text, 'latin1'));
  }

  /**
   * Returns the status that git gives the signature of a commit (`%G?`), and the exit code of `git
   * verify-commit`.
   */
  gitAnswers(
    id: string,
    config: readonly string[],
    env: Readonly<Record<string, string>> = { FAKED: '20250601T000000' },
  ): string {
    const how = [`gpg.program=${this.#gpg}`, ...config].flatMap((one) => ['-c', one]);
    const { status } = spawnSync('git', [...how, 'verify-commit', id], {
      cwd: this.folder.cwd,
      env: { ...process.env, ...this.env(), ...env },
    });
    return `${this.git([...how, 'log', '-1', '--format=%G?', id], env)} ${status ?? -1}`;
  }

  [Symbol.dispose](): void {
    try {
      execFileSync('gpgconf', ['--kill', 'all'], {
        stdio: 'ignore',
        env: { ...process.env, ...this.env() },
      });
    } catch {
      // No gpg, and so no agent.
    }
    rmSync(this.#gpgHome, { recursive: true, force: true });
    this.folder[Symbol.dispose]();
  }
}
