/** `assay registry` in the process of the test, for the clients of others. */

import { devNull } from 'node:os';
import path from 'node:path';

import type { Advisory } from '../../src/core/model/advisory/advisory.ts';
import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext, type Context } from '../../src/core/base/context.ts';
import { loadNpmConfig } from '../../src/clients/package-index/npm-config.ts';
import { loadPipConfig } from '../../src/clients/package-index/pip-config.ts';
import { DEFAULT_PACKAGE_POLICY } from '../../src/scan/policy/package-policy.ts';
import { serveRegistry, type ServeRequest } from '../../src/package-registry/serve.ts';
import { DEFAULT_REGISTRY_SETTINGS } from '../../src/package-registry/settings.ts';

/** What differs from a registry with the default settings on a free port. */
export interface RegistryOptions {
  readonly settings?: Partial<ServeRequest['settings']>;
  /** Asked again and again, so that more of them can come. */
  readonly advisories?: () => readonly Advisory[];
  /** The user's settings are those of an empty home, where none are given. */
  readonly sources?: Partial<ServeRequest['sources']>;
  readonly context?: Partial<Context>;
}

/** A registry that ends with its scope. */
export interface RunningRegistry extends AsyncDisposable {
  /** With a slash at its end. */
  readonly url: string;
}

/** Starts a registry that stores below `folder`. */
export async function startRegistry(
  folder: string,
  { settings, advisories = () => [], sources, context }: RegistryOptions = {},
): Promise<RunningRegistry> {
  const stop = new AbortController();
  const env = { HOME: folder };
  const all = {
    npm: sources?.npm ?? (await loadNpmConfig({ env })),
    pip: sources?.pip ?? (await loadPipConfig({ ...env, PIP_CONFIG_FILE: devNull })),
    trust: undefined,
    ...sources,
  };
  let serving: Promise<void> = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    serving = serveRegistry(
      {
        settings: {
          ...DEFAULT_REGISTRY_SETTINGS,
          folder: path.join(folder, 'data'),
          port: 0,
          policy: DEFAULT_PACKAGE_POLICY,
          ...settings,
        },
        advisories: {
          open: () => Promise.resolve(createMemoryReader(advisories())),
          state: () => String(advisories().length),
        },
        sources: all,
        onReady: ({ href }) => resolve(href),
      },
      quietContext({ fetch: globalThis.fetch, ...context, signal: stop.signal }),
    );
    serving.catch(reject);
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await serving;
    },
  };
}
