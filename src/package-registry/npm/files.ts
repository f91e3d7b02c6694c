/**
 * Files of packages: from the store, else from the uplink of their document, compared with its
 * digest and inspected.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { encodedNpmName } from '../../clients/package-index/npm-registry.ts';
import { coalesced } from '../coalesce.ts';
import type { ServiceOptions } from '../service-options.ts';
import { createAcceptedFiles } from '../store/accepted-files.ts';
import type { ContentStore, InspectFile, StoredContent } from '../store/content-store.ts';
import { fetchFile } from '../uplink.ts';
import { inspectTarball, type TarballFacts } from './inspect-tarball.ts';
import { PUBLISHED_HERE } from './publish/hosted-packages.ts';
import { tarballName } from './names.ts';
import type { PackageView, VersionView } from './view.ts';

/** Files of packages. */
export interface NpmFiles {
  /**
   * Returns the file of a version; `undefined` if its uplink does not have it.
   *
   * @throws AssayError `CONTENT_MISMATCH`, and errors of the network and the disk
   */
  find(view: PackageView, row: VersionView): Promise<StoredContent | undefined>;
  /** Returns what a file contains. @throws AssayError `LIMIT_EXCEEDED` */
  factsOf(content: StoredContent): Promise<TarballFacts>;
}

type Options = Pick<ServiceOptions, 'files' | 'hosted' | 'uplinks' | 'maxFileBytes' | 'onEvent'>;

/** Facts of files that are held in memory. */
const MAX_FACTS = 20_000;

/** Opens the files of a service. */
export function openNpmFiles(options: Options, context: Context): NpmFiles {
  const store = options.files;
  const known = new Map<string, TarballFacts>();
  const accepted = createAcceptedFiles();
  const remember = ({ sha512 }: StoredContent, facts: TarballFacts): void => {
    if (known.size >= MAX_FACTS) known.clear();
    known.set(sha512, facts);
  };
  const factsOf = async (content: StoredContent): Promise<TarballFacts> => {
    const facts = known.get(content.sha512) ?? (await inspectTarball(content.path));
    remember(content, facts);
    return facts;
  };
  const fetched = coalesced((key) =>
    fetchContent(JSON.parse(key) as FileRequest, { options, context, store, remember }),
  );
  return {
    find: async (view, row) => {
      const { version, digests, tarball } = row;
      if (view.uplink === PUBLISHED_HERE) {
        const published = await options.hosted?.files.findAlias(digests);
        if (published !== undefined) return published;
        throw new AssayError('ACCESS_DENIED', `the file of ${view.name}@${version} is damaged`, {
          hint: 'Restore the directory "private" of the registry from a backup.',
        });
      }
      const of = { id: `${view.name}@${version}`, digests };
      const stored = await store.findAlias(digests);
      if (stored !== undefined) {
        const inspect = async (): Promise<void> =>
          refuseOther((await factsOf(stored)).manifests, view.name, version);
        return reported(accepted.accept(stored, of, inspect), {
          name: view.name,
          version,
          options,
        });
      }
      if (context.fetch === undefined) {
        throw new AssayError('OFFLINE', `the file of ${view.name}@${version} is not stored here`);
      }
      const request: FileRequest = {
        name: view.name,
        version,
        digests,
        tarball,
        uplink: view.uplink,
      };
      const content = await fetched(JSON.stringify(request));
      if (content !== undefined) accepted.remember(content, of);
      return content;
    },
    factsOf,
  };
}

/** Passes work on. Bytes that are not those of the version are an event. */
async function reported<T>(
  work: Promise<T>,
  {
    name,
    version,
    options,
  }: Pick<FileRequest, 'name' | 'version'> & { readonly options: Pick<Options, 'onEvent'> },
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'CONTENT_MISMATCH') {
      options.onEvent({ kind: 'mismatch', package: name, version, message: error.message });
    }
    throw error;
  }
}

interface FileRequest extends Pick<VersionView, 'version' | 'digests' | 'tarball'> {
  readonly name: string;
  readonly uplink: string;
}

async function fetchContent(
  { name, version, digests, tarball, uplink }: FileRequest,
  to: {
    readonly options: Options;
    readonly context: Context;
    readonly store: ContentStore;
    readonly remember: (content: StoredContent, facts: TarballFacts) => void;
  },
): Promise<StoredContent | undefined> {
  const { options, context, store } = to;
  const registry = new URL(uplink);
  const url = fileAddress({ name, version, tarball, registry });
  let facts: TarballFacts | undefined;
  const inspect: InspectFile = async (path, bytes) => {
    facts = await inspectTarball(path, bytes);
    refuseOther(facts.manifests, name, version);
  };
  const work = fetchFile(
    { url, uplink: registry, maxBytes: options.maxFileBytes },
    options.uplinks,
    context,
    (body) => store.put(body, digests, inspect),
  );
  const content = await reported(work, { name, version, options });
  if (content !== undefined && facts !== undefined) to.remember(content, facts);
  return content;
}

/**
 * The address of a file. Addresses of the uplink's own host use the scheme and the port of the
 * uplink, because old documents have http in them. @throws AssayError `NETWORK` for an address
 * without TLS elsewhere
 */
function fileAddress(of: {
  readonly name: string;
  readonly version: string;
  readonly tarball: string;
  readonly registry: URL;
}): URL {
  const { name, version, tarball, registry } = of;
  const usual = new URL(
    `${encodedNpmName(name).replace('%2F', '/')}/-/${encodeURIComponent(tarballName(name, version))}`,
    registry,
  );
  if (!URL.canParse(tarball)) return usual;
  const url = new URL(tarball);
  url.username = '';
  url.password = '';
  if (url.hostname === registry.hostname) {
    const own = new URL(registry);
    own.pathname = url.pathname;
    own.search = url.search;
    return own;
  }
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && registry.protocol === 'http:');
  if (isSafe) return url;
  throw new AssayError('NETWORK', `the file of ${name}@${version} is at an address without TLS`);
}

/** @throws AssayError `CONTENT_MISMATCH` for the file of another package */
function refuseOther(manifests: TarballFacts['manifests'], name: string, version: string): void {
  const plain = (text: string): string =>
    text
      .trim()
      .replace(/^[v=\s]+/u, '')
      .split('+', 1)[0] ?? '';
  const other = manifests.find(
    (one) =>
      (one.name !== undefined && one.name !== name) ||
      (one.version !== undefined && plain(one.version) !== plain(version)),
  );
  if (other === undefined) return;
  throw new AssayError(
    'CONTENT_MISMATCH',
    `the file contains ${other.name ?? ''}@${other.version ?? ''} and not ${name}@${version}`,
  );
}
