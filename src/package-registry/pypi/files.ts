/**
 * Files of Python projects and their metadata files: from the store, else from the index, compared
 * with their digests.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { coalesced } from '../coalesce.ts';
import type { ServiceOptions } from '../service-options.ts';
import { createAcceptedFiles } from '../store/accepted-files.ts';
import type { StoredContent } from '../store/content-store.ts';
import { fetchFile } from '../uplink.ts';
import { refuseOtherWheel } from './inspect-wheel.ts';
import { isWheel } from './names.ts';
import { isStrong } from './project.ts';
import type { FileView, ProjectView } from './view.ts';

/** Which one of the two files is meant. */
export type FilePart = 'file' | 'metadata';

/** Files of projects. */
export interface PypiFiles {
  /**
   * Returns a file; `undefined` if its index does not have it.
   *
   * @throws AssayError `CONTENT_MISMATCH`, `OFFLINE`, and errors of the network and the disk
   */
  find(view: ProjectView, file: FileView, part: FilePart): Promise<StoredContent | undefined>;
}

type Options = Pick<ServiceOptions, 'files' | 'uplinks' | 'maxFileBytes' | 'onEvent'>;

/** The longest metadata files have some 200 KB. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;

/** What is fetched. A plain object, because requests with equal ones wait for the same answer. */
interface FileRequest {
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
  readonly part: FilePart;
  readonly digests: readonly Digest[];
  readonly url: string;
  readonly uplink: string;
}

/** Opens the files of a service. */
export function openPypiFiles(options: Options, context: Context): PypiFiles {
  const fetched = coalesced((key) =>
    fetchContent(JSON.parse(key) as FileRequest, options, context),
  );
  const accepted = createAcceptedFiles();
  return {
    find: async (view, file, part) => {
      const { listed, fileName, version } = file;
      const digests = part === 'file' ? listed.digests : (listed.metadata ?? []);
      if (!isStrong(digests)) return undefined;
      const of = { id: `${part} ${view.name} ${fileName}`, digests };
      const stored = await options.files.findAlias(digests);
      if (stored !== undefined) {
        const wanted = { name: view.name, version };
        const inspect = (): Promise<void> =>
          part === 'file' && isWheel(fileName)
            ? refuseOtherWheel(stored.path, wanted)
            : Promise.resolve();
        return reported(accepted.accept(stored, of, inspect), {
          name: view.name,
          fileName,
          options,
        });
      }
      if (context.fetch === undefined) {
        throw new AssayError('OFFLINE', `${fileName} is not stored here`);
      }
      const request: FileRequest = {
        name: view.name,
        version,
        fileName,
        part,
        digests,
        url: part === 'file' ? listed.url.href : metadataUrl(listed.url).href,
        uplink: view.uplink,
      };
      const content = await fetched(JSON.stringify(request));
      if (content !== undefined) accepted.remember(content, of);
      return content;
    },
  };
}

function metadataUrl(url: URL): URL {
  const address = new URL(url);
  address.pathname += '.metadata';
  return address;
}

async function fetchContent(
  { name, version, fileName, part, digests, url, uplink }: FileRequest,
  options: Options,
  context: Context,
): Promise<StoredContent | undefined> {
  const index = new URL(uplink);
  const address = new URL(url);
  refuseClearText(address, index, fileName);
  const inspect =
    part === 'file' && isWheel(fileName)
      ? (path: string): Promise<void> => refuseOtherWheel(path, { name, version })
      : undefined;
  const maxBytes = part === 'file' ? options.maxFileBytes : MAX_METADATA_BYTES;
  // A login belongs to the host of an index, also where its files are not below its address.
  const accessTo = (to: URL): ReturnType<typeof options.uplinks.accessTo> =>
    options.uplinks.accessTo(to.origin === index.origin ? index : to);
  const work = fetchFile(
    { url: address, uplink: index, maxBytes },
    { ...options.uplinks, accessTo },
    context,
    (body) => options.files.put(body, digests, inspect),
  );
  return reported(work, { name, fileName, options });
}

/** Passes work on. Bytes that are not those of the file are an event. */
async function reported<T>(
  work: Promise<T>,
  {
    name,
    fileName,
    options,
  }: Pick<FileRequest, 'name' | 'fileName'> & { readonly options: Pick<Options, 'onEvent'> },
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'CONTENT_MISMATCH') {
      const event = { kind: 'mismatch', package: name, version: fileName } as const;
      options.onEvent({ ...event, message: error.message });
    }
    throw error;
  }
}

/** Refuses an address without TLS for an index that has TLS. @throws AssayError `NETWORK` */
export function refuseClearText(address: URL, index: URL, fileName: string): void {
  const isSafe =
    address.protocol === 'https:' || (address.protocol === 'http:' && index.protocol === 'http:');
  if (!isSafe) throw new AssayError('NETWORK', `${fileName} is at an address without TLS`);
}
