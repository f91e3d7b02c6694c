/**
 * Downloads blobs: each byte once, however often the connection breaks.
 *
 * Source: OCI distribution specification, "Pulling blobs"; RFC 9110, section 14 (Range,
 * Content-Range). A server that answers a range with the whole is read from its start, and what is
 * there already is passed over.
 */

import { AssayError } from '../../core/base/errors.ts';
import { redactUrl } from '../../core/base/http/http.ts';
import { contentMismatch, createDigestCheck } from '../../formats/crypto/digest/digest-check.ts';
import type { DownloadOptions } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import type { Descriptor } from './manifest.ts';
import { readRegistryError } from './registry-error.ts';
import type { RegistryResponse, RegistryRequest, Transport } from './transport.ts';

/** Takes the next bytes of a download. The download goes on when the returned promise resolves. */
export type WritePiece = (piece: Uint8Array) => Promise<void> | void;

/** A connection that breaks after less brings no download to its end in any useful time. */
const MIN_PROGRESS_BYTES = 256 * 1024;
/** Limit for blobs whose size no descriptor states. */
const MAX_UNKNOWN_BYTES = 64 * 1024 * 1024 * 1024;
const CONTENT_RANGE = /^bytes (?<first>\d{1,16})-\d{1,16}\/(?:\d{1,16}|\*)$/i;

/** The blob to download, and its name in errors. */
export interface BlobRequest {
  readonly descriptor: Descriptor;
  /** The name, as in `layer sha256:… of "acme/app"`. */
  readonly name: string;
  readonly write: WritePiece;
  readonly options?: DownloadOptions | undefined;
}

/**
 * Downloads a blob and compares it with its digest. A broken download is resumed where it ended.
 *
 * @throws AssayError as all of `Repository` does
 */
export async function downloadBlob(endpoint: Endpoint, request: BlobRequest): Promise<void> {
  const { descriptor, name } = request;
  const download = new Download(request);
  const target = `blobs/${descriptor.digest}`;
  const registry = await endpoint.resolve('/');
  await download.run((headers) =>
    endpoint.send({ target, name, headers, maxBytes: Number.MAX_SAFE_INTEGER }, async (answer) => {
      const isElsewhere = answer.url.origin !== registry.origin;
      if (isElsewhere && download.isBegun && ENDED.has(answer.status)) throw addressEnded(answer);
      await download.take(answer, async () =>
        readRegistryError(answer, await endpoint.asked(name)),
      );
    }),
  );
}

/** Status codes of stores for an expired address. */
const ENDED: ReadonlySet<number> = new Set([400, 401, 403, 410]);

/** Returns the error for an expired address: the registry can give another one. */
function addressEnded({ url, status }: RegistryResponse): AssayError {
  return new AssayError(
    'NETWORK',
    `"${redactUrl(url)}" answered with status ${status} where a broken download was to go on`,
    { hint: 'Try again.' },
  );
}

/** Downloads from an address that a descriptor names, without credentials. */
export async function downloadForeignLayer(
  url: URL,
  transport: Transport,
  request: BlobRequest,
): Promise<void> {
  const download = new Download(request);
  const asked = { name: request.name, host: url.host };
  await download.run((headers) => {
    const sent: RegistryRequest = {
      headers,
      isInsecure: false,
      maxBytes: Number.MAX_SAFE_INTEGER,
    };
    return transport.send(url, sent, (answer) =>
      download.take(answer, () => readRegistryError(answer, asked)),
    );
  });
}

class Download {
  readonly #request: BlobRequest;
  readonly #check: ReturnType<typeof createDigestCheck> | undefined;
  #doneBytes = 0;

  constructor(request: BlobRequest) {
    this.#request = request;
    const isChecked = request.options?.isCheckedByCaller !== true;
    this.#check = isChecked
      ? createDigestCheck(request.descriptor.digest, request.name)
      : undefined;
  }

  get isBegun(): boolean {
    return this.#doneBytes > 0;
  }

  /**
   * Sends until all is there. Addresses that a registry sends on to may end, so a new attempt
   * begins at the registry.
   */
  async run(
    send: (headers: () => Readonly<Record<string, string>>) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const before = this.#doneBytes;
      try {
        await send(() => this.#headers());
        break;
      } catch (error) {
        if (!isBroken(error) || this.#doneBytes - before < MIN_PROGRESS_BYTES) throw error;
      }
    }
    this.#verify();
  }

  async take(answer: RegistryResponse, refused: () => Promise<AssayError>): Promise<void> {
    const { status, headers } = answer;
    // All is there, and only the end of the connection was missing.
    if (status === 416 && this.#doneBytes === this.#request.descriptor.sizeBytes) return;
    if (status !== 200 && status !== 206) throw await refused();
    const start = status === 206 ? rangeStart(headers) : 0;
    if (start === undefined || start > this.#doneBytes) {
      throw new AssayError(
        'NETWORK',
        `"${redactUrl(answer.url)}" sent another part than it was asked for`,
        { hint: 'Check what stands between here and the registry, such as a proxy with a cache.' },
      );
    }
    await this.#takeBody(answer.body, this.#doneBytes - start);
  }

  async #takeBody(body: AsyncIterable<Uint8Array>, knownBytes: number): Promise<void> {
    let skipBytes = knownBytes;
    for await (const piece of body) {
      const fresh = skipBytes === 0 ? piece : piece.subarray(Math.min(skipBytes, piece.length));
      skipBytes -= piece.length - fresh.length;
      if (fresh.length === 0) continue;
      this.#checkSize(this.#doneBytes + fresh.length, 'at least ');
      // Counted first: `write` may end the download, and is never given the same piece again.
      this.#doneBytes += fresh.length;
      this.#check?.update(fresh);
      await this.#request.write(fresh);
    }
  }

  #headers(): Readonly<Record<string, string>> {
    // A coding of the connection would change what a range counts.
    const identity = { 'accept-encoding': 'identity' };
    if (this.#doneBytes === 0) return identity;
    return { ...identity, range: `bytes=${this.#doneBytes}-` };
  }

  #verify(): void {
    const { descriptor, name } = this.#request;
    if (descriptor.sizeBytes !== undefined && this.#doneBytes < descriptor.sizeBytes) {
      throw contentMismatch(name, `${descriptor.sizeBytes} bytes`, `${this.#doneBytes} bytes`);
    }
    this.#check?.verify();
  }

  #checkSize(foundBytes: number, more: string): void {
    const { descriptor, name } = this.#request;
    const { sizeBytes = MAX_UNKNOWN_BYTES } = descriptor;
    if (foundBytes > sizeBytes) {
      throw contentMismatch(name, `${sizeBytes} bytes`, `${more}${foundBytes} bytes`);
    }
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof AssayError && (error.code === 'NETWORK' || error.code === 'TIMEOUT');
}

function rangeStart(headers: Headers): number | undefined {
  const first = CONTENT_RANGE.exec(headers.get('content-range') ?? '')?.groups?.['first'];
  return first === undefined ? undefined : Number(first);
}
