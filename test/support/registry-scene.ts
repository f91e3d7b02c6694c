/**
 * A package registry without a socket in front of a stub uplink, with a clock and advisories that a
 * test changes.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import type { Advisory } from '../../src/core/model/advisory/advisory.ts';
import {
  DEFAULT_PACKAGE_POLICY,
  type PackagePolicy,
} from '../../src/scan/policy/package-policy.ts';
import { watchAdvisories } from '../../src/package-registry/advisory-watch.ts';
import { createHandler } from '../../src/package-registry/handler.ts';
import { createMetrics } from '../../src/package-registry/metrics.ts';
import { createNpmService } from '../../src/package-registry/npm/service.ts';
import { privateTest } from '../../src/package-registry/private-names.ts';
import { createPypiService } from '../../src/package-registry/pypi/service.ts';
import type { RegistryEvent, ServiceOptions } from '../../src/package-registry/service-options.ts';
import { createSearch, openHosted } from '../../src/package-registry/services.ts';
import { unpackBody } from '../../src/package-registry/request-body.ts';
import { openContentStore } from '../../src/package-registry/store/content-store.ts';
import {
  DEFAULT_REGISTRY_SETTINGS,
  type RegistrySettings,
} from '../../src/package-registry/settings.ts';
import { startNpmUplink, type NpmUplink } from './npm-uplink.ts';
import { startPypiUplink, type PypiUplink } from './pypi-uplink.ts';

/** An answer whose body is read. */
export interface SceneAnswer {
  readonly status: number;
  readonly reason: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A registry for one test. */
export interface RegistryScene extends AsyncDisposable {
  readonly uplink: NpmUplink;
  readonly index: PypiUplink;
  readonly folder: string;
  readonly events: RegistryEvent[];
  readonly logged: object[];
  /** Milliseconds since the Unix epoch. */
  now: number;
  advisories: readonly Advisory[];
  /** Without a network. */
  isOffline: boolean;
  /** Forgets all that is in memory, as a new process does. */
  restart(policy?: PackagePolicy): Promise<void>;
  readonly get: (
    target: string,
    headers?: Readonly<Record<string, string>>,
    method?: string,
    body?: string | Uint8Array,
  ) => Promise<SceneAnswer>;
}

/** Where clients think that the registry is. */
export const SCENE_BASE = 'http://registry.test:4873/';

/** Settings of a scene. */
type SceneSettings = Partial<RegistrySettings> & {
  /** Names that belong to the organization, and come from the uplinks. */
  readonly ownNames?: readonly string[];
  /** Roots that attestations are verified by. */
  readonly roots?: ServiceOptions['roots'];
  /** Bounds on large documents. */
  readonly large?: ServiceOptions['large'];
};

/** Starts a registry with a stub uplink. */
export async function startRegistryScene(
  policy: PackagePolicy = DEFAULT_PACKAGE_POLICY,
  { ownNames = [], roots, large, ...more }: SceneSettings = {},
): Promise<RegistryScene> {
  const uplink = await startNpmUplink();
  const index = await startPypiUplink();
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-registry-'));
  let handler: ReturnType<typeof createHandler> | undefined;
  const scene: RegistryScene = {
    uplink,
    index,
    folder,
    events: [],
    logged: [],
    now: Date.parse('2026-06-01T00:00:00Z'),
    advisories: [],
    isOffline: false,
    restart: async (next = policy) => {
      handler = await handlerOf(scene, next, {
        ownNames,
        roots,
        ...(large !== undefined && { large }),
        ...more,
      });
    },
    get: async (target, headers = {}, method = 'GET', sent = '') => {
      const all: Readonly<Record<string, string>> = { host: 'registry.test:4873', ...headers };
      const answer = await handler?.({
        method,
        target,
        header: (name) => all[name],
        address: '127.0.0.1',
        body: (maxBytes) => bodyOf(Buffer.from(sent), all['content-encoding'], maxBytes),
      });
      if (answer === undefined) throw new Error('not started');
      const { status, reason, body } = answer;
      const bytes =
        body === undefined || method === 'HEAD'
          ? Buffer.alloc(0)
          : body instanceof Uint8Array
            ? Buffer.from(body)
            : await readFile(body.path);
      return { status, reason, headers: answer.headers, body: bytes };
    },
    [Symbol.asyncDispose]: async () => {
      await uplink[Symbol.asyncDispose]();
      await index[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await scene.restart();
  return scene;
}

function bodyOf(
  bytes: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array> {
  if (bytes.length > maxBytes) {
    throw new AssayError('LIMIT_EXCEEDED', `the body has more than ${maxBytes} bytes`);
  }
  return encoding === 'gzip' ? unpackBody(bytes, maxBytes) : Promise.resolve(bytes);
}

async function handlerOf(
  scene: RegistryScene,
  policy: PackagePolicy,
  { ownNames = [], roots, large, ...more }: SceneSettings,
): Promise<ReturnType<typeof createHandler>> {
  const settings = { ...DEFAULT_REGISTRY_SETTINGS, folder: scene.folder, policy, ...more };
  const { fetch } = globalThis;
  const context = quietContext({ now: () => scene.now });
  Object.defineProperty(context, 'fetch', { get: () => (scene.isOffline ? undefined : fetch) });
  const advisories = await watchAdvisories(
    {
      open: () => Promise.resolve(createMemoryReader(scene.advisories)),
      state: () => JSON.stringify(scene.advisories.map(({ id }) => id)),
    },
    context,
  );
  const loopMark = 'loop';
  const optionsFor = (ecosystem: 'npm' | 'pypi'): ServiceOptions => {
    const isPrivate = privateTest(ecosystem === 'npm' ? settings : settings.pypi);
    const address = new URL(ecosystem === 'npm' ? scene.uplink.url : scene.index.url);
    return {
      folder: ecosystem === 'npm' ? scene.folder : path.join(scene.folder, ecosystem),
      files: openContentStore(path.join(scene.folder, 'files')),
      base: SCENE_BASE,
      policy,
      advisories,
      uplinks: {
        registriesOf: (name) => (isPrivate(name) ? [] : [address]),
        accessTo: () => Promise.resolve({}),
        loginHint: '',
        loopMark,
      },
      ...(roots !== undefined && { roots }),
      ...(large !== undefined && { large }),
      isOwnName: (name) => isPrivate(name) || ownNames.includes(name),
      freshMs: settings.freshMs,
      maxFileBytes: settings.maxFileBytes,
      isDryRun: settings.isDryRun,
      onEvent: (event) => scene.events.push(event),
    };
  };
  const hosted = openHosted(settings);
  const npmOptions = { ...optionsFor('npm'), hosted };
  const service = createNpmService(npmOptions, context);
  const search = createSearch(service, npmOptions, context);
  const pypi = createPypiService(optionsFor('pypi'), context);
  const log = {
    add: (line: object) => void scene.logged.push(line),
    written: () => Promise.resolve(),
  };
  const hosts = new Set(['registry.test:4873']);
  return createHandler(
    {
      settings,
      service,
      pypi,
      hosted,
      advisories,
      search,
      log,
      metrics: createMetrics(),
      hosts,
      loopMark,
    },
    context,
  );
}
