/**
 * An Erlang project and what it requests: `rebar.config`.
 *
 * Source: the Rebar3 documentation, "Dependencies", "Profiles" and "Directory structure". Written
 * rules:
 * - `{name, "1.2.3"}` is one version; `"~> 1.2"` and a name alone are ranges; a repository has no
 *   version. `{pkg, other}` names the package.
 * - dependencies of profiles and plugins are for development: `rebar.lock` holds those of the
 *   default profile alone.
 * - applications in `apps` and `lib` share the lockfile of the project.
 * A file whose terms do not close requests something unknown.
 */

import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readRequests } from '../manifest-requests.ts';
import { readErlangTerms, type ErlangTerm } from './erlang-terms.ts';
import { exactHexVersion } from './requirement.ts';

/** The default of `project_app_dirs`. */
const MEMBERS = ['apps/*', 'lib/*'];

export const rebarConfig: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    await readRequests(file, result, (bytes) => readManifest(file.path, bytes));
    return result.done();
  },
};

function readManifest(path: string, bytes: Uint8Array): DependencyManifest {
  const terms = readErlangTerms(path, new TextDecoder().decode(bytes));
  const requests = new Map<string, RequestedPackage>();
  for (const term of valuesOf(terms, 'deps')) {
    for (const item of term.items) {
      const request = readDependency(item);
      if (request !== undefined) requests.set(request.name, request);
    }
  }
  return {
    requests: [...requests.values()],
    leavesIndirect: true,
    addsPins: true,
    members: MEMBERS,
  };
}

/** Yields the values of `{key, value}` among terms. */
function* valuesOf(terms: readonly ErlangTerm[], key: string): Generator<ErlangTerm> {
  for (const { kind, items } of terms) {
    const [name, value] = items;
    if (kind === 'tuple' && name?.text === key && value?.kind === 'list') yield value;
  }
}

function readDependency({ kind, text, items }: ErlangTerm): RequestedPackage | undefined {
  if (kind === 'atom') return { name: text, range: '' };
  const [name, ...rest] = items;
  if (kind !== 'tuple' || name === undefined || name.text === '') return undefined;
  const source = rest.find((term) => term.kind === 'tuple')?.items ?? [];
  const [origin, other] = source.map((term) => term.text);
  if (origin === 'path') return undefined;
  if (origin !== undefined && origin !== 'pkg') return { name: name.text, range: '' };
  const range = rest.find((term) => term.kind === 'text')?.text ?? '';
  const version = exactHexVersion(range);
  return { name: other ?? name.text, range, ...(version !== undefined && { version }) };
}
