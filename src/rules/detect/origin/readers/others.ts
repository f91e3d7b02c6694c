/**
 * Lockfiles of Dart, Swift, Elixir, CocoaPods and Terraform.
 *
 * Source: the files that `dart pub`, SwiftPM, Mix, CocoaPods and Terraform write.
 */

import { readJsoncDocument, type JsonValue } from '../../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../../formats/text/yaml/yaml.ts';
import { plainAddress } from '../address.ts';
import { groupsIn, tableAt, tablesAt, textAt } from '../text.ts';
import type { OriginReader, SourceUse } from '../use.ts';

/** Reads `pubspec.lock`. */
export const readPubspecLock: OriginReader = ({ path, bytes }) => {
  const [document] = readYamlDocuments(path, bytes);
  const packages = tableAt(document?.root, 'packages');
  // Files of Dart before 2.19 have no digests at all.
  const hasDigests = Object.keys(packages).some(
    (name) => tableAt(packages, name, 'description')['sha256'] !== undefined,
  );
  return Object.keys(packages).flatMap((name): readonly SourceUse[] => {
    const row = tableAt(packages, name);
    const description = tableAt(row, 'description');
    const [source, url] = [textAt(row, 'source'), textAt(description, 'url')];
    if (source !== 'hosted' && source !== 'git') return [];
    const address = plainAddress(url ?? '');
    const version = textAt(row, 'version');
    const shared = {
      ...({
        kind: 'package',
        ecosystem: 'pub',
        name,
        line: document?.lineOf(packages, name) ?? 1,
      } as const),
      ...(version !== undefined && { version }),
      addresses: address === undefined ? [] : [address],
    };
    if (source === 'git')
      return [
        { ...shared, from: 'git', isPinned: textAt(description, 'resolved-ref') !== undefined },
      ];
    const digest = textAt(description, 'sha256') ?? '';
    const from = address === undefined ? 'unnamed' : 'registry';
    const integrity = digest === '' ? [] : [`sha256:${digest}`];
    return [{ ...shared, from, ...(hasDigests && { integrity }) }];
  });
};

/** Reads `Package.resolved`. */
export const readPackageResolved: OriginReader = ({ path, bytes }) => {
  const document = readJsoncDocument(path, bytes, { keyLines: true });
  const pins = [
    ...tablesAt(document.root, 'pins'),
    ...tablesAt(tableAt(document.root, 'object'), 'pins'),
  ];
  return pins.flatMap((pin): readonly SourceUse[] => {
    if (textAt(pin, 'kind')?.startsWith('local') === true) return [];
    const location = textAt(pin, 'location') ?? textAt(pin, 'repositoryURL') ?? '';
    const name = textAt(pin, 'identity') ?? textAt(pin, 'package') ?? '';
    const address = plainAddress(location);
    const state = tableAt(pin, 'state');
    const line = document.lineOf(pin) ?? 1;
    const isPinned = textAt(state, 'revision') !== undefined;
    const addresses = address === undefined ? [] : [address];
    return [{ kind: 'package', ecosystem: 'swift', name, line, from: 'git', addresses, isPinned }];
  });
};

const MIX_ROW = /^ *"(?<name>[^"]+)": \{:(?<kind>hex|git), (?<rest>.*)$/u;

const MIX_GIT = /^"(?<url>[^"]+)", "(?<commit>[^"]*)"/u;
const MIX_HEX = /^:\w+, "(?<version>[^"]+)", "(?<inner>[0-9a-f]*)"/u;

/** Reads `mix.lock`, which has one package on each line. */
export const readMixLock: OriginReader = ({ text }) =>
  text.split(/\r?\n/u).flatMap((line, index): readonly SourceUse[] => {
    const of = groupsIn(MIX_ROW, line);
    if (of('name') === '') return [];
    const shared = {
      kind: 'package',
      ecosystem: 'hex',
      name: of('name'),
      line: index + 1,
    } as const;
    if (of('kind') === 'git') {
      const git = groupsIn(MIX_GIT, of('rest'));
      const address = plainAddress(git('url'));
      const isPinned = /^[0-9a-f]{40}$/u.test(git('commit'));
      return [
        { ...shared, from: 'git', addresses: address === undefined ? [] : [address], isPinned },
      ];
    }
    const hex = groupsIn(MIX_HEX, of('rest'));
    const integrity = hex('inner') === '' ? [] : [`sha256:${hex('inner')}`];
    return [{ ...shared, version: hex('version'), from: 'unnamed', addresses: [], integrity }];
  });

/** Reads `Podfile.lock`. */
export const readPodfileLock: OriginReader = ({ path, bytes }) => {
  const [document] = readYamlDocuments(path, bytes);
  const root = document?.root;
  const checkouts = tableAt(root, 'CHECKOUT OPTIONS');
  const externals = tableAt(root, 'EXTERNAL SOURCES');
  const repositories = tableAt(root, 'SPEC REPOS');
  const uses: SourceUse[] = [];
  for (const repository of Object.keys(repositories)) {
    const pods = repositories[repository];
    const address = plainAddress(repository);
    for (const name of Array.isArray(pods) ? (pods as readonly unknown[]) : []) {
      if (typeof name !== 'string') continue;
      const line = document?.lineOf(repositories, repository) ?? 1;
      const shared = { kind: 'package', ecosystem: 'cocoapods', name, line } as const;
      uses.push(
        address === undefined
          ? { ...shared, from: 'unnamed', addresses: [] }
          : { ...shared, from: 'registry', addresses: [address] },
      );
    }
  }
  for (const name of Object.keys(externals)) {
    const line = document?.lineOf(externals, name) ?? 1;
    uses.push(...externalPod(name, line, externals[name], checkouts[name]));
  }
  return uses;
};

function externalPod(
  name: string,
  line: number,
  row: JsonValue | undefined,
  checkout: JsonValue | undefined,
): readonly SourceUse[] {
  const git = textAt(row, ':git');
  const address = plainAddress(git ?? textAt(row, ':podspec') ?? textAt(row, ':http') ?? '');
  if (address === undefined) return [];
  const isPinned = git !== undefined && /^[0-9a-f]{40}$/u.test(textAt(checkout, ':commit') ?? '');
  const from = git === undefined ? 'archive' : 'git';
  return [
    { kind: 'package', ecosystem: 'cocoapods', name, line, from, addresses: [address], isPinned },
  ];
}

const PROVIDER = /^provider\s+"(?<host>[\w.:-]+)\/(?<name>[\w.-]+\/[\w.-]+)"\s*\{/u;

/** Reads `.terraform.lock.hcl`: the host of each provider is part of its name. */
export const readTerraformLock: OriginReader = ({ text }) => {
  const uses: SourceUse[] = [];
  const lines = text.split(/\r?\n/u);
  for (const [index, line] of lines.entries()) {
    const { host = '', name } = PROVIDER.exec(line.trim())?.groups ?? {};
    if (name === undefined) continue;
    const end = lines.indexOf('}', index);
    const block = lines.slice(index, end < 0 ? undefined : end).join('\n');
    const integrity = [...block.matchAll(/"(?<digest>(?:h1|zh):[^"]+)"/gu)].map(
      (one) => one.groups?.['digest'] ?? '',
    );
    const version = /\bversion\s*=\s*"(?<version>[^"]+)"/u.exec(block)?.groups?.['version'];
    uses.push({
      ...({
        kind: 'package',
        ecosystem: 'terraform',
        name,
        line: index + 1,
        from: 'registry',
      } as const),
      ...(version !== undefined && { version }),
      addresses: [`https://${host}/${name}`],
      integrity,
    });
  }
  return uses;
};
