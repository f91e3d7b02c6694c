import { describe, expect, it } from 'vitest';

import { testImage } from '../../../../test/support/reports.ts';
import { quietContext, type Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Artifact, BaseStatement, SourceUsed } from '../../../core/model/artifact/artifact.ts';
import { findBases, repositoriesOf } from './find-bases.ts';

function artifact(
  reference: string,
  tags: readonly string[],
  source?: SourceUsed['kind'],
): Artifact {
  const { image, ...others } = testImage();
  if (image === undefined) throw new Error('an image without facts');
  return {
    ...others,
    reference,
    image: { ...image, tags },
    ...(source !== undefined && { source: { kind: source } }),
  };
}

describe('repositoriesOf', () => {
  it.each<[string, Artifact, readonly string[]]>([
    ['a name', artifact('python', [], 'registry'), ['docker.io/library/python']],
    ['a name and its tag', artifact('app:1', ['app:1'], 'docker'), ['docker.io/library/app']],
    ['a layout with a tag alone', artifact('./a', ['latest'], 'layout'), []],
    [
      'a layout with a name',
      artifact('./a', ['ghcr.io/acme/app:1'], 'layout'),
      ['ghcr.io/acme/app'],
    ],
    ['an archive', artifact('app.tar', ['app:1'], 'archive'), ['docker.io/library/app']],
    ['an archive without names', artifact('app.tar', [], 'archive'), []],
    ['a name that is none', artifact('NONE', ['://'], 'registry'), []],
    ['a report of an earlier version', artifact('app', []), ['docker.io/library/app']],
  ])('%s', (_name, one, expected) => {
    expect([...repositoriesOf(one)]).toEqual(expected);
  });
});

describe('images that are not available', () => {
  const NAME = 'base.example/base:1';
  const DIGEST = `sha256:${'b'.repeat(64)}` as const;
  const label: BaseStatement = { by: 'label', name: NAME, comparison: 'notCompared' };

  const noImage = expect.stringContaining('no image') as string;

  async function statements(
    baseBy: readonly BaseStatement[],
    context: Partial<Context>,
  ): Promise<readonly BaseStatement[]> {
    const { image, ...others } = artifact('app.example/app:1', [], 'registry');
    if (image === undefined) throw new Error('an image without facts');
    const scanned = {
      artifact: { ...others, image: { ...image, baseBy } },
      inventory: { inventoryVersion: 1, packages: [] },
      diagnostics: [],
    };
    const target = {
      reference: 'app.example/app:1',
      ...{ platforms: [], imageSources: ['remote'], skipDirs: [], skipFiles: [] },
      registry: { isInsecure: true, env: { HOME: '/nonexistent' } },
    };
    const question = {
      known: [],
      dockerfile: { path: 'Dockerfile', reference: NAME, instructions: [] },
    };
    const [found] = await findBases([{ scanned, target }], question, quietContext(context));
    return found?.artifact.image?.baseBy ?? [];
  }

  it('include those of a registry that does not answer, which is asked once for each name', async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = (input) => {
      asked.push(new Request(input).url);
      return Promise.reject(new AssayError('TIMEOUT', 'did not answer'));
    };
    const found = await statements([{ ...label, digest: DIGEST }], { fetch });
    expect(found).toMatchObject([
      { by: 'label', comparison: 'notCompared', reason: noImage },
      {
        by: 'dockerfile',
        comparison: 'notCompared',
        reason: noImage,
      },
    ]);
    expect(asked.filter((url) => url.startsWith('https:'))).toHaveLength(2);
  });

  it('do not include any after the time of the run is over', async () => {
    const error = new AssayError('TIMEOUT', 'not done within "5m"');
    const fetch: typeof globalThis.fetch = () => Promise.reject(error);
    await expect(statements([label], { fetch, signal: AbortSignal.abort(error) })).rejects.toThrow(
      AssayError,
    );
  });

  it('may be available to the Dockerfile, to which --insecure applies', async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = (input) => {
      asked.push(new Request(input).url);
      const cause = Object.assign(new Error('no TLS here'), {
        code: 'ERR_SSL_WRONG_VERSION_NUMBER',
      });
      return Promise.reject(new TypeError('fetch failed', { cause }));
    };
    await statements([label], { fetch });
    expect(asked.filter((url) => url.startsWith('http:'))).not.toEqual([]);
  });
});

describe('images that several targets name', () => {
  it('are opened once for each login', async () => {
    const asked: (string | null)[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      const { headers, url } = new Request(input, init);
      if (url.includes('/manifests/')) asked.push(headers.get('authorization'));
      return Promise.resolve(new Response('', { status: 404 }));
    };
    const name = 'own.example/base:1';
    const subjects = ['one', 'two', 'one'].map((username) => {
      const { image, ...others } = artifact('own.example/app:1', []);
      if (image === undefined) throw new Error('an image without facts');
      const baseBy: readonly BaseStatement[] = [{ by: 'label', name, comparison: 'notCompared' }];
      const source = { kind: 'registry', place: 'own.example' } as const;
      return {
        scanned: {
          artifact: { ...others, source, image: { ...image, baseBy } },
          inventory: { inventoryVersion: 1 as const, packages: [] },
          diagnostics: [],
        },
        target: {
          reference: 'own.example/app:1',
          ...{ platforms: [], imageSources: ['remote'], skipDirs: [], skipFiles: [] },
          registry: {
            credentials: { kind: 'bearer' as const, token: username },
            env: { HOME: '/nonexistent' },
          },
        },
      };
    });
    await findBases(subjects, { known: [] }, quietContext({ fetch }));
    expect(asked).toEqual(['Bearer one', 'Bearer two']);
  });
});
