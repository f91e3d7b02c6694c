/**
 * A server in front of a real registry, which passes everything on but for what a test answers by
 * itself.
 */

import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Answer } from './registry-server.ts';

export interface RegistryFront extends Disposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** As in `GET /v2/app/manifests/1 bytes=100-`. */
  readonly requests: string[];
  /** Asked before the registry; the last one added first. */
  readonly answers: Answer[];
}

export async function startFront(registry: string): Promise<RegistryFront> {
  const requests: string[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://front');
    const { range = '' } = request.headers;
    requests.push(`${request.method ?? ''} ${url.pathname} ${range}`.trim());
    if (answers.toReversed().some((answer) => answer(request, response, url))) return;
    const { method = 'GET', headers } = request;
    const passed = ask(`http://${registry}${request.url ?? ''}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers,
    [Symbol.dispose]: () => server.close().closeAllConnections(),
  };
}
