import { describe, expect, it } from 'vitest';

import { tracedFetch } from './trace-http.ts';

async function trace(
  answer: () => Response,
  url: string,
  init?: RequestInit,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const fetch = tracedFetch(
    () => Promise.resolve().then(answer),
    (line) => {
      lines.push(line.replace(/\d+ ms/, 'N ms'));
    },
  );
  await fetch(url, init).catch(() => undefined);
  return lines;
}

describe('a trace of requests', () => {
  it('names what was asked and answered, and nothing that proves who asks', async () => {
    const answer = (): Response =>
      new Response(null, {
        status: 307,
        headers: {
          location: '/store?signature=secret',
          'www-authenticate': 'Bearer realm="https://ann:secret@x"',
          'set-cookie': 'secret',
          'docker-content-digest': 'sha256:1',
        },
      });
    const init = {
      method: 'HEAD',
      headers: { authorization: 'Basic secret', cookie: 'secret', range: 'bytes=1-' },
      body: null,
    };
    const lines = await trace(answer, 'https://ann:secret@r.example/v2/?key=secret', init);
    expect(lines).toEqual([
      '1 > HEAD https://r.example/v2/; range: bytes=1-; authorization: ***',
      '1 < 307 after N ms; docker-content-digest: sha256:1; location: https://r.example/store; www-authenticate: Bearer',
    ]);
  });

  it('names why nothing was answered', async () => {
    const failing = (): Response => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    };
    expect(await trace(failing, 'http://r.example/')).toEqual([
      '1 > GET http://r.example/',
      '1 < nothing after N ms: connect ECONNREFUSED',
    ]);
  });
});
