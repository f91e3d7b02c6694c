/**
 * What heads the error for an image that no store can deliver: a wrong platform, a wrong password,
 * or that it is missing.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { refuse, scriptedRegistry, storeLayout } from '../../../../test/support/registry-server.ts';
import type { Answer, ScriptedRegistry } from '../../../../test/support/registry-server.ts';
import { makeImage, ociFiles } from '../../../../test/support/stored-images.ts';
import { quietContext } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Credentials } from '../../../clients/oci/client-options.ts';
import { openSource } from '../open-source.ts';

const LINUX = { os: 'linux', architecture: 'amd64' };
const IMAGE = makeImage([[{ path: 'a', body: 'a' }]], { platform: LINUX });
const ANN = { kind: 'basic', username: 'ann', password: 'no' } as const;
const TOKEN = { kind: 'identityToken', username: 'ann', token: 'no' } as const;
const BEARER = { kind: 'bearer', token: 'no' } as const;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-headings-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const wantsBasic: Answer = (_request, response, url) => {
  if (url.pathname === '/v2/') return false;
  response.setHeader('www-authenticate', 'Basic realm="test"');
  refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
  return true;
};

/** Wants a token; the token server answers with `status`, and 200 is a token that opens nothing. */
const wantsToken =
  (status: number): Answer =>
  (request, response, url) => {
    if (url.pathname === '/v2/') return false;
    if (url.pathname === '/token') {
      if (status === 200) response.end('{"token":"t"}');
      else refuse(response, status, 'UNAUTHORIZED', 'incorrect username or password');
      return true;
    }
    const realm = `http://${request.headers.host ?? ''}/token`;
    response.setHeader('www-authenticate', `Bearer realm="${realm}",service="s"`);
    refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
    return true;
  };

const refuses =
  (status: number): Answer =>
  (_request, response, url) => {
    if (url.pathname === '/v2/') return false;
    refuse(response, status, 'DENIED', 'denied');
    return true;
  };

interface Asking {
  readonly credentials?: Credentials;
  readonly platforms?: readonly { readonly os: string; readonly architecture: string }[];
  readonly imageSources?: readonly string[];
  readonly name?: string;
}

/** The heading and the lines below it, with the host of the registry as HOST. */
async function failure(
  prepare: (server: ScriptedRegistry) => void,
  { credentials, platforms = [], imageSources = ['remote'], name = 'app:1' }: Asking,
): Promise<{ readonly heading: string; readonly lines: readonly string[]; readonly code: string }> {
  using server = await scriptedRegistry();
  storeLayout(server, 'app', ociFiles([{ image: IMAGE, tag: '1', isPlatformListed: true }]));
  prepare(server);
  const request = {
    reference: `${server.host}/${name}`,
    kind: 'image' as const,
    platforms,
    imageSources,
    skipDirs: [],
    skipFiles: [],
    env: { HOME: folder, DOCKER_HOST: `unix://${folder}/docker.sock` },
    registry: { ...(credentials && { credentials }) },
  };
  const context = { ...quietContext(), fetch: globalThis.fetch };
  try {
    await openSource(request, context);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const plain = (text: string): string => text.replaceAll(server.host, 'HOST');
    return {
      heading: plain(error.message),
      lines: plain(error.hint ?? '').split('\n'),
      code: error.code,
    };
  }
  throw new Error('it was opened');
}

const S390X = [{ os: 'linux', architecture: 's390x' }];
const WITH_DOCKER = ['docker', 'remote'];
const nothing = (): void => undefined;

const PLATFORM = /^"HOST\/app:1" has no image for \S+; it has linux\/amd64$/u;
const PASSWORD =
  /^(?:the token server )?HOST refused the user name or the password for "HOST\/app:1" \(status 401, /u;
const MISSING = /^no image "HOST\/[a-z]+:\d" was found$/u;

const answering =
  (...answers: readonly Answer[]) =>
  (server: ScriptedRegistry): void =>
    void server.answers.push(...answers);

describe('an image that cannot be had', () => {
  it.each<[string, (server: ScriptedRegistry) => void, Asking, RegExp]>([
    ['another processor', nothing, { platforms: S390X }, PLATFORM],
    [
      'another system',
      nothing,
      { platforms: [{ os: 'windows', architecture: 'amd64' }] },
      PLATFORM,
    ],
    [
      'another platform, and a daemon that is not there',
      nothing,
      { platforms: S390X, imageSources: WITH_DOCKER },
      PLATFORM,
    ],
    ['a wrong password', answering(wantsBasic), { credentials: ANN }, PASSWORD],
    [
      'a wrong password, and a daemon that is not there',
      answering(wantsBasic),
      { credentials: ANN, imageSources: WITH_DOCKER },
      PASSWORD,
    ],
    [
      'a password that the token server refuses',
      answering(wantsToken(401)),
      { credentials: ANN },
      PASSWORD,
    ],
    [
      'an identity token that the token server refuses',
      answering(wantsToken(401)),
      { credentials: TOKEN },
      PASSWORD,
    ],
    ['a tag that is missing', nothing, { name: 'app:2' }, MISSING],
    [
      'a repository that is missing',
      nothing,
      { name: 'none:1', imageSources: WITH_DOCKER },
      MISSING,
    ],
    ['no login where one is wanted', answering(wantsBasic), {}, MISSING],
    [
      'a user that may not read the image',
      answering(wantsToken(200)),
      { credentials: ANN },
      MISSING,
    ],
    [
      'a bearer token that opens nothing',
      answering(wantsToken(200)),
      { credentials: BEARER },
      MISSING,
    ],
    [
      'a user that is refused without a challenge',
      answering(refuses(403)),
      { credentials: ANN },
      MISSING,
    ],
  ])('for %s', async (_name, prepare, asking, heading) => {
    const found = await failure(prepare, asking);
    expect(found.heading).toMatch(heading);
    expect(found.lines.join(' ')).toMatch(
      /--platform|docker login|Check the spelling|credentials/u,
    );
  });

  it('lists the other stores below its heading, and not the one that heads it', async () => {
    const { lines } = await failure(nothing, { platforms: S390X, imageSources: WITH_DOCKER });
    expect(lines).toEqual([
      'Choose one: --platform linux/amd64',
      expect.stringMatching(/^docker {2}there is no socket at /u),
    ]);
    const password = await failure(answering(wantsBasic), {
      credentials: ANN,
      imageSources: WITH_DOCKER,
    });
    expect(password.lines).toHaveLength(2);
    expect(password.code).toBe('REGISTRY_DENIED');
  });
});
