/**
 * Requirement files and the configuration of pip.
 *
 * Source: pip documentation, "Requirements File Format" and "Configuration". pip asks all indexes
 * for each name and takes the highest version, so that each of them answers.
 */

import { indexAddress, isLocal } from '../address.ts';
import { groupsIn, upwards } from '../text.ts';
import type { OriginFile, OriginReader, SourceUse } from '../use.ts';
import { addressed, indexed, indexOf, readRequirement, type Answers } from './python-use.ts';

const OPTION = /^(?<option>-[ifrc]|--[a-z-]+)(?:\s*=\s*|\s+|$)(?<value>.*)$/u;
const INCLUDES: ReadonlySet<string> = new Set(['-r', '-c', '--requirement', '--constraint']);
const EDITABLE = /^(?:-e|--editable)[\s=]+(?<target>\S+)/u;
const EGG = /[#&]egg=(?<name>[\w.-]+)/u;
const HASH = /--hash[=\s](?<hash>\w+:[0-9a-fA-F]+)/gu;
const UNVERIFIED = 'certificates of these hosts are not verified';

/** Indexes of a file, in the order in which it names them. */
interface Indexes {
  readonly main: readonly string[];
  readonly extra: readonly string[];
}

/** Reads a requirements file of pip. Options hold for all its lines. */
export const readRequirements: OriginReader = (file) => {
  const uses: SourceUse[] = [];
  const numbered = joinedLines(file.text);
  const lines = numbered.map(({ content }) => content);
  const found = { main: [] as string[], extra: [] as string[] };
  for (const { line, content } of numbered) {
    const of = groupsIn(OPTION, content);
    if (of('option') === '') continue;
    const value = withoutComment(of('value')).replaceAll(/["']/gu, '').trim();
    uses.push(...optionUses(of('option'), value, line, found));
    if (INCLUDES.has(of('option'))) uses.push(...includedUses(value, line, file.gap));
  }
  const isGiven = found.main.length + found.extra.length > 0;
  const given = isGiven ? found : pipIndexes(file);
  const isOpen = given.main.length === 0 && !lines.includes('--no-index');
  const answers: Answers = {
    addresses: [...given.main, ...given.extra],
    ...(isOpen && { mayBeDefault: true }),
  };
  const isHashed = lines.some((content) => /--hash=|^--require-hashes$/u.test(content));
  for (const { line, content } of numbered) {
    uses.push(...requirementUses(content, line, { answers, isHashed }));
  }
  return uses;
};

function requirementUses(
  content: string,
  line: number,
  { answers, isHashed }: { readonly answers: Answers; readonly isHashed: boolean },
): readonly SourceUse[] {
  const editable = groupsIn(EDITABLE, content)('target');
  if (content.startsWith('-') && editable === '') return [];
  const plain = withoutComment(editable || content);
  const egg = groupsIn(EGG, plain)('name');
  if (/^(?:\w+\+)?\w+:\/\//u.test(plain) || egg !== '') {
    const [target = ''] = plain.split(/\s/u);
    return addressed({ name: egg || nameOfAddress(target), line, isRequest: true }, target);
  }
  const requirement = isLocal(plain) ? undefined : readRequirement(plain);
  if (requirement === undefined) return [];
  const { name, address, version } = requirement;
  const hashes = [...plain.matchAll(HASH)].map((one) => one.groups?.['hash'] ?? '');
  const shared = {
    ...({ name, line, isRequest: true } as const),
    ...(version !== undefined && { version }),
    ...(isHashed && { integrity: hashes }),
  };
  return address === undefined ? [indexed(shared, answers)] : addressed(shared, address);
}

function withoutComment(text: string): string {
  return text.replace(/\s+#.*$/u, '');
}

/** Returns the lines with their numbers; a backslash at the end joins a line with the next one. */
function joinedLines(text: string): readonly { readonly line: number; readonly content: string }[] {
  const found: { line: number; content: string }[] = [];
  let open: { line: number; content: string } | undefined;
  for (const [index, raw] of text.split(/\r?\n/u).entries()) {
    const isJoined = raw.endsWith('\\');
    const piece = isJoined ? raw.slice(0, -1) : raw;
    if (open === undefined) open = { line: index + 1, content: piece };
    else open.content += ` ${piece}`;
    if (isJoined) continue;
    found.push(open);
    open = undefined;
  }
  if (open !== undefined) found.push(open);
  return found
    .map(({ line, content }) => ({ line, content: content.trim() }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
}

/** A file that is included under a name that is not read, or from an address. */
function includedUses(target: string, line: number, gap: OriginFile['gap']): readonly SourceUse[] {
  const address = indexAddress(target);
  if (address !== undefined) {
    const shared = { kind: 'package', ecosystem: 'pypi', name: 'requirements', line } as const;
    return [{ ...shared, from: 'archive', addresses: [address], isPinned: false }];
  }
  if (!/(?:^|\/)(?:requirements|constraints)[^/]*\.(?:txt|in)$/u.test(target)) {
    gap(`the file "${target}" that line ${line} includes is read only as requirements*.txt`);
  }
  return [];
}

function nameOfAddress(target: string): string {
  const last = target.split(/[?#]/u)[0]?.split('/').at(-1) ?? target;
  return (
    last
      .replace(/@.*$/u, '')
      .replace(/\.git$/u, '')
      .replace(/-\d.*$/u, '') || 'archive'
  );
}

function optionUses(
  option: string,
  value: string,
  line: number,
  found: { readonly main: string[]; readonly extra: string[] },
): readonly SourceUse[] {
  switch (option) {
    case '-i':
    case '--index-url':
    case '--pypi-url': {
      const uses = indexOf(value, line, 'default', '--index-url');
      found.main.push(...uses.map(({ address }) => address));
      return uses;
    }
    case '--extra-index-url': {
      const uses = value.split(/\s+/u).flatMap((one) => indexOf(one, line, 'extra', option));
      found.extra.push(...uses.map(({ address }) => address));
      return uses;
    }
    case '-f':
    case '--find-links':
      return isLocal(value) ? [] : indexOf(value, line, 'extra', '--find-links');
    case '--trusted-host':
      return [{ kind: 'disabled-check', line, setting: `${option} ${value}`, effect: UNVERIFIED }];
    default:
      return [];
  }
}

/** Reads `pip.conf` and `pip.ini`. Values go on in lines that begin with a space. */
export const readPipConf: OriginReader = ({ text }) => {
  const uses: SourceUse[] = [];
  const found = { main: [] as string[], extra: [] as string[] };
  let key = '';
  for (const [index, raw] of text.split(/\r?\n/u).entries()) {
    if (/^\s*(?:[#;]|$)/u.test(raw) || raw.startsWith('[')) continue;
    const pair = /^(?<key>[^\s=:][^=:]*?)\s*[=:]\s*(?<value>.*)$/u.exec(raw)?.groups;
    const isMore = /^\s/u.test(raw);
    if (!isMore) key = (pair?.['key'] ?? '').toLowerCase().replaceAll('_', '-').replace(/^-+/u, '');
    const value = (isMore ? raw : (pair?.['value'] ?? '')).trim();
    for (const word of value === '' ? [] : value.split(/\s+/u)) {
      uses.push(...optionUses(`--${key}`, word, index + 1, found));
    }
  }
  return uses;
};

function pipIndexes(file: OriginFile): Indexes {
  for (const name of ['pip.conf', 'pip.ini']) {
    for (const path of upwards(file.path, name)) {
      const text = file.read(path);
      if (text === undefined) continue;
      const uses = readPipConf({ ...file, path, text });
      const of = (role: string): readonly string[] =>
        uses.flatMap((use) => (use.kind === 'index' && use.role === role ? [use.address] : []));
      return { main: of('default'), extra: of('extra') };
    }
  }
  return { main: [], extra: [] };
}
