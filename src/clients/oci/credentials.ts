/**
 * Finds the credentials for a repository in the files of Docker and Podman, and with the helpers
 * that they name.
 *
 * Source: containers-auth.json(5), "FORMAT"; Docker CLI, "docker login", and `DOCKER_AUTH_CONFIG`
 * as GitLab's runner reads it. The first file that has credentials for the repository is taken;
 * within one file a helper of that registry, then the store for all registries, then what is
 * written there.
 */

import { homedir } from 'node:os';
import { join } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';
import { authKeysOf, parseAuthFile, type AuthFile } from './auth-file.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import type { Credentials } from './client-options.ts';
import type { ImageReference } from './reference.ts';

/** The credentials that were found, and an explanation if the registry refuses them. */
export interface FoundCredentials {
  /** Absent if none were found. */
  readonly credentials?: Credentials;
  /** The flags, a file, or a helper. */
  readonly from?: string;
  /** Files that could not be read, helpers that failed; one line each. */
  readonly problems: readonly string[];
}

/** Finds the login for a repository. */
export type CredentialFinder = (
  repository: Pick<ImageReference, 'domain' | 'path'>,
) => Promise<FoundCredentials>;

/** Docker asks helpers for its own registry under this name. */
const DOCKER_SERVER = 'https://index.docker.io/v1/';
/** In `credential-helpers` of registries.conf: the files themselves. */
const FILES = 'containers-auth.json';

/**
 * Creates a finder. `helpers` are those that `registries.conf` lists for all registries; without
 * any, files alone are read. Files are read once, when credentials are asked for the first time.
 */
export function credentialFinder(
  env: Environment,
  helpers: readonly string[],
  context: Context,
): CredentialFinder {
  let files: Promise<ReadFiles> | undefined;
  return async (repository) => {
    files ??= readFiles(env);
    const { authFiles, problems } = await files;
    const search = new Search(repository, { env, context, problems: [...problems] });
    for (const helper of helpers.length === 0 ? [FILES] : helpers) {
      const found =
        helper === FILES ? await search.inFiles(authFiles) : await search.withHelper(helper);
      if (found !== undefined) return found;
    }
    return { problems: search.problems };
  };
}

class Search {
  readonly problems: string[];
  readonly #repository: Pick<ImageReference, 'domain' | 'path'>;
  readonly #env: Environment;
  readonly #context: Context;

  constructor(
    repository: Pick<ImageReference, 'domain' | 'path'>,
    from: { readonly env: Environment; readonly context: Context; readonly problems: string[] },
  ) {
    this.#repository = repository;
    this.#env = from.env;
    this.#context = from.context;
    this.problems = from.problems;
  }

  async inFiles(files: readonly AuthFile[]): Promise<FoundCredentials | undefined> {
    const { domain, path } = this.#repository;
    const keys = authKeysOf(domain, path);
    for (const file of files) {
      const helper = firstOf(file.helpers, keys) ?? file.store;
      const kept = helper === undefined ? undefined : await this.withHelper(helper);
      if (kept !== undefined) return kept;
      const credentials = firstOf(file.entries, keys);
      if (credentials !== undefined) {
        return { credentials, from: file.name, problems: this.problems };
      }
      const unreadable = keys.find((key) => file.unreadable.has(key));
      if (unreadable !== undefined) {
        this.problems.push(
          `The entry "${unreadable}" of "${file.name}" cannot be read: its auth is not base64 of USER:PASSWORD.`,
        );
      }
    }
    return undefined;
  }

  /** Queries one helper. If it fails, the problem is recorded and the search continues. */
  async withHelper(helper: string): Promise<FoundCredentials | undefined> {
    const { domain } = this.#repository;
    const server = domain === 'docker.io' ? DOCKER_SERVER : domain;
    try {
      // Few registries have a helper, and starting programs takes long to load.
      const { askCredentialHelper } = await import('./credential-helper.ts');
      const credentials = await askCredentialHelper(helper, server, {
        env: this.#env,
        signal: this.#context.signal,
      });
      if (credentials === undefined) return undefined;
      return { credentials, from: `docker-credential-${helper}`, problems: this.problems };
    } catch (error) {
      if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
      this.#context.log.warn(error.message);
      this.problems.push(error.message);
      return undefined;
    }
  }
}

function firstOf<Value>(
  values: ReadonlyMap<string, Value>,
  keys: readonly string[],
): Value | undefined {
  for (const key of keys) {
    const value = values.get(key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A login takes some 100 bytes. */
const MAX_AUTH_FILE_BYTES = 4 * 1024 * 1024;

interface ReadFiles {
  readonly authFiles: readonly AuthFile[];
  readonly problems: readonly string[];
}

async function readFiles(env: Environment): Promise<ReadFiles> {
  const authFiles: AuthFile[] = [];
  const problems: string[] = [];
  const add = (name: string, bytes: Uint8Array): void => {
    try {
      authFiles.push(parseAuthFile(name, bytes));
    } catch (error) {
      problems.push(errorMessage(error));
    }
  };
  const given = env['DOCKER_AUTH_CONFIG'];
  if (given !== undefined && given !== '') add('DOCKER_AUTH_CONFIG', Buffer.from(given));
  for (const path of authFilePaths(env)) {
    try {
      add(path, await readBoundedFile(path, { maxBytes: MAX_AUTH_FILE_BYTES }));
    } catch (error) {
      if (isMissing(error)) continue;
      problems.push(`cannot read "${path}": ${errorMessage(error)}`);
    }
  }
  return { authFiles, problems };
}

/**
 * Returns the paths of files with credentials, in order of preference. `REGISTRY_AUTH_FILE`
 * replaces all of Podman's.
 */
export function authFilePaths(env: Environment): readonly string[] {
  const home = env['HOME'] ?? homedir();
  const docker = join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json');
  const override = env['REGISTRY_AUTH_FILE'];
  if (override) return [override, docker];
  const runtime = env['XDG_RUNTIME_DIR'];
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config');
  return [
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : []),
    join(config, 'containers', 'auth.json'),
    docker,
  ];
}
