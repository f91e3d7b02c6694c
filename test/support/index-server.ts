/** A package index on loopback. A test sets its answers, and the server records every request. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an address answers. */
export interface IndexPage {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
  readonly location?: string;
}

/** A running index. */
export interface IndexServer extends Disposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Answers by path. */
  readonly pages: Map<string, IndexPage>;
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

/** Starts an index without pages; it answers 404. */
export async function indexServer(): Promise<IndexServer> {
  const pages: IndexServer['pages'] = new Map();
  const requests: IndexServer['requests'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push({ path, headers: request.headers });
    const {
      status = 200,
      type = 'application/json',
      body = '',
      location,
    } = pages.get(path) ?? { status: 404 };
    response.statusCode = status;
    response.setHeader('content-type', type);
    if (location !== undefined) response.setHeader('location', location);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages,
    requests,
    [Symbol.dispose]: () => server.close().closeAllConnections(),
  };
}
