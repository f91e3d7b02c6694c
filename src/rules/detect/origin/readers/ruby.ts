/**
 * `Gemfile`, `Gemfile.lock` and the configuration of Bundler.
 *
 * Source: Bundler documentation, "gemfile(5)" and "config"; the lockfile that Bundler writes
 * (`GEM`, `GIT`, `PLUGIN SOURCE`, `CHECKSUMS`). A Gemfile is a program: only calls with plain texts
 * are read, and others are a gap.
 */

import { isLocal, plainAddress } from '../address.ts';
import { groupsIn, numberedLines } from '../text.ts';
import type { OriginReader, PackageUse, SourceUse } from '../use.ts';

const SPEC = /^ {4}(?<name>[\w.-]+) \((?<version>[^)\s]+)\)$/u;
const CHECKSUM = /^ {2}(?<name>[\w.-]+) \((?<version>[^)\s]+)\)(?: (?<digest>\w+=[0-9a-f]+))?/u;
const SETTING = /^ {2}(?<key>remote|revision): (?<value>\S.*)$/u;
const CALL = /^(?<call>source|gem)\b[\s(]*(?<rest>.*)$/u;
const TEXT = /^(?:"(?<double>[^"#\\]*)"|'(?<single>[^'\\]*)')/u;

/** The settings for the gems of one section. */
interface Section {
  readonly kind: string;
  readonly remotes: string[];
  revision?: string;
}

/** Reads `Gemfile.lock`. */
export const readGemfileLock: OriginReader = ({ text }) => {
  const lines = text.split(/\r?\n/u);
  const checksums = checksumsOf(lines);
  const uses: SourceUse[] = [];
  let section: Section = { kind: '', remotes: [] };
  for (const [index, raw] of lines.entries()) {
    if (/^[A-Z]/u.test(raw)) section = { kind: raw.trim(), remotes: [] };
    const setting = groupsIn(SETTING, raw);
    if (setting('key') === 'remote') section.remotes.push(setting('value').trim());
    if (setting('key') === 'revision') section.revision = setting('value').trim();
    const of = groupsIn(SPEC, raw);
    if (of('name') === '') continue;
    const pkg = { name: of('name'), version: of('version'), line: index + 1 };
    uses.push(...gemUse(pkg, section, checksums));
  }
  return uses;
};

function gemUse(
  pkg: { readonly name: string; readonly version: string; readonly line: number },
  { kind, remotes, revision }: Section,
  checksums: ReadonlyMap<string, readonly string[]> | undefined,
): readonly PackageUse[] {
  if (kind !== 'GEM' && kind !== 'GIT') return [];
  const addresses = remotes.flatMap((one) => plainAddress(one) ?? []);
  const shared = { ...pkg, kind: 'package', ecosystem: 'rubygems', addresses } as const;
  if (kind === 'GIT') {
    return remotes.every(isLocal)
      ? []
      : [{ ...shared, from: 'git', isPinned: revision !== undefined }];
  }
  const from = addresses.length === 0 ? 'unnamed' : 'registry';
  const integrity = checksums?.get(`${pkg.name} ${pkg.version}`) ?? [];
  return [{ ...shared, from, ...(checksums !== undefined && { integrity }) }];
}

/**
 * Returns the digests of the section `CHECKSUMS`, which Bundler writes from 2.6 on; `undefined`
 * where there is none.
 */
function checksumsOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> | undefined {
  const start = lines.findIndex((line) => line.trim() === 'CHECKSUMS');
  if (start < 0) return undefined;
  const found = new Map<string, readonly string[]>();
  for (const line of lines.slice(start + 1)) {
    if (/^[A-Z]/u.test(line)) break;
    const { name, version, digest } = CHECKSUM.exec(line)?.groups ?? {};
    if (name !== undefined)
      found.set(`${name} ${version ?? ''}`, digest === undefined ? [] : [digest]);
  }
  return found;
}

/**
 * Reads `Gemfile`. Several sources beside each other answer for every gem; those of a block answer
 * for its gems alone.
 */
export const readGemfile: OriginReader = ({ text, gap }) => {
  const uses: SourceUse[] = [];
  const gems: Gem[] = [];
  const main: string[] = [];
  let block: string | undefined;
  for (const { line, content } of numberedLines(text)) {
    if (content === 'end') block = undefined;
    const call = groupsIn(CALL, content);
    const value = groupsIn(TEXT, call('rest'));
    const first = value('double') || value('single');
    if (call('call') === 'gem' && first !== '')
      gems.push({ name: first, line, rest: call('rest'), block });
    if (call('call') !== 'source') continue;
    const address = plainAddress(first);
    if (first === '' && !call('rest').startsWith(':'))
      gap(`the source of line ${line} is calculated`);
    if (address === undefined) continue;
    const isBlock = /\bdo\b|\{\s*$/u.test(call('rest'));
    if (isBlock) block = address;
    else main.push(address);
    const role = isBlock ? 'scoped' : main.length > 1 ? 'extra' : 'default';
    uses.push({ kind: 'index', ecosystem: 'rubygems', address, line, role, key: 'source' });
  }
  return [...uses, ...gems.flatMap((gem) => requestOf(gem, main))];
};

/** A call of `gem`, with the source of the block around it. */
interface Gem {
  readonly name: string;
  readonly line: number;
  readonly rest: string;
  readonly block: string | undefined;
}

function requestOf(
  { name, line, rest, block }: Gem,
  main: readonly string[],
): readonly PackageUse[] {
  const option = (key: string): string =>
    new RegExp(`(?:\\b${key}:|:${key}\\s*=>)\\s*["']([^"']+)["']`, 'u').exec(rest)?.[1] ?? '';
  if (option('path') !== '') return [];
  const shared = { kind: 'package', ecosystem: 'rubygems', name, line, isRequest: true } as const;
  const github = option('github');
  const git = option('git') || (github === '' ? '' : `https://github.com/${github}`);
  if (git !== '') {
    const address = plainAddress(git);
    const isPinned = /^[0-9a-f]{40}$/u.test(option('ref'));
    return [
      { ...shared, from: 'git', addresses: address === undefined ? [] : [address], isPinned },
    ];
  }
  const source = plainAddress(option('source')) ?? block;
  const addresses = source === undefined ? main : [source];
  return [{ ...shared, from: 'unnamed', addresses }];
}

/** Reads `.bundle/config`: mirrors and certificates. */
export const readBundleConfig: OriginReader = ({ text }) => {
  const uses: SourceUse[] = [];
  for (const { line, content } of numberedLines(text)) {
    const { key = '', value = '' } =
      /^(?<key>BUNDLE_[^:]+(?::[^:\s]+)*):\s+"?(?<value>[^"]*)"?$/u.exec(content)?.groups ?? {};
    const address = key.startsWith('BUNDLE_MIRROR__') ? plainAddress(value) : undefined;
    if (address !== undefined)
      uses.push({
        kind: 'index',
        ecosystem: 'rubygems',
        address,
        line,
        role: 'default',
        key: 'mirror',
      });
    if (key === 'BUNDLE_SSL_VERIFY_MODE' && value === '0') {
      uses.push({
        kind: 'disabled-check',
        line,
        setting: `${key}: "0"`,
        effect: 'certificates of sources are not verified',
      });
    }
    if (key === 'BUNDLE_DISABLE_CHECKSUM_VALIDATION' && value === 'true') {
      uses.push({
        kind: 'disabled-check',
        line,
        setting: `${key}: "true"`,
        effect: 'gems are not compared with their digests',
      });
    }
  }
  return uses;
};
