/** External programs that sign and verify, run in the directory of a test. */

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

import type { CommandFolder } from './command-folder.ts';

/** The password of all keys. */
export const PASSWORD = 'correct horse';

/** A trusted root without authorities, which keeps cosign from fetching the public one. */
export const EMPTY_ROOT =
  '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';

type Variables = Readonly<Record<string, string>>;

/** The outcome of a program. */
export interface ToolOutcome {
  readonly status: number | null;
  /** Standard output, then standard error. */
  readonly text: string;
}

/** Runs programs such as cosign, without the user's own configuration. */
export class SigningTools {
  readonly #folder: CommandFolder;

  constructor(folder: CommandFolder) {
    this.#folder = folder;
  }

  /** Runs a program to its end. */
  attempt(name: string, args: readonly string[], more: Variables = {}): ToolOutcome {
    const { cwd } = this.#folder;
    const options = { cwd, env: this.#env(more), encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(name, args, options);
    return { status, text: stdout + stderr };
  }

  /** Runs a program that must end with 0, and returns what it printed. */
  run(name: string, args: readonly string[], more: Variables = {}): string {
    const { status, text } = this.attempt(name, args, more);
    if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${text}`);
    return text;
  }

  /** Runs a program that must end with 0, while this process goes on. */
  async meanwhile(name: string, args: readonly string[]): Promise<void> {
    await promisify(execFile)(name, args, { cwd: this.#folder.cwd, env: this.#env({}) });
  }

  #env(more: Variables): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: this.#folder.cwd,
      COSIGN_PASSWORD: PASSWORD,
      TUF_ROOT: this.#folder.path('tuf'),
      ...more,
    };
  }
}
