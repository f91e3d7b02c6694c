/** Commands that compare a download with a hash or a signature, and which files they are about. */

import { baseName } from '../../../core/base/artifact-path.ts';
import { carriedFrom, redirectTargets, type DownloadedFiles } from './downloads.ts';
import { pathText, type RunCommand, type WrittenFiles } from './run-command.ts';

const HASH_PROGRAM = /^(?:sha(?:1|224|256|384|512)?sum|b2sum|b3sum|shasum|rhash|sha256|sha512)$/u;
const SIGNATURE_PROGRAM =
  /^(?:gpg2?|gpgv2?|sq|sqv|minisign|signify|signify-openbsd|cosign|openssl|ssh-keygen|slsa-verifier|gh)$/u;
const SIGNATURE_FILE = /\.(?:asc|sig|sign|gpg|minisig|signature|sha256|sha512|bundle)$/u;

/** The downloaded files that a command verifies, by their names; empty for other commands. */
export function verifiedFiles(
  command: RunCommand,
  files: DownloadedFiles,
  texts: WrittenFiles,
): readonly string[] {
  const { name = '' } = command;
  if (name === '[' || name === 'test') return comparedFiles(command, files);
  if (HASH_PROGRAM.test(name) && isHashCheck(command)) return hashedFiles(command, files, texts);
  return SIGNATURE_PROGRAM.test(name) && isSignatureCheck(command)
    ? signedFiles(command, files)
    : [];
}

function isHashCheck({ args }: RunCommand): boolean {
  return args.some(({ value, text }) => /^-[a-zA-Z]*c|^--check(?:$|=)/u.test(value ?? text));
}

function isSignatureCheck({ name = '', args }: RunCommand): boolean {
  if (/^(?:gpgv2?|sqv)$/u.test(name)) return true;
  const words = args.map(({ value, text }) => value ?? text);
  return words.some((word) => /^-?-?verify(?:-\w+)*$|^-[a-zA-Z]*V[a-zA-Z]*$/u.test(word));
}

/**
 * Returns the files that a test compares, as in `[ "$(sha256sum a | cut -d' ' -f1)" = … ]`, also by
 * way of a variable.
 */
function comparedFiles({ args }: RunCommand, files: DownloadedFiles): readonly string[] {
  const origins = args.flatMap((one) => one.origins ?? []);
  return origins
    .filter(({ name = '' }) => HASH_PROGRAM.test(name) || name === 'openssl')
    .flatMap((origin) => [
      ...origin.args.map(pathText),
      ...redirectTargets(origin, '<'),
      ...origin.pipedFrom.flatMap((one) => one.args.map(pathText)),
    ])
    .filter((path) => files.has(path))
    .map(baseName);
}

/**
 * Returns the files of `sha256sum -c`: those that the list names. A list that was downloaded too
 * verifies nothing.
 */
function hashedFiles(
  command: RunCommand,
  files: DownloadedFiles,
  texts: WrittenFiles,
): readonly string[] {
  const lists = [
    ...command.args.map(pathText).filter((path) => !path.startsWith('-') && path !== ''),
    ...redirectTargets(command, '<'),
  ];
  if (lists.length > 0) {
    const names = lists.flatMap((list) => {
      if (files.has(list)) return [];
      const text = texts.get(baseName(list))?.text;
      return text === undefined ? files.names : named(text, files);
    });
    return [...new Set(names)];
  }
  const { pipedFrom, inputs } = command;
  if (pipedFrom.some((one) => carriedFrom(one, files) !== undefined)) return [];
  const given = [...pipedFrom.flatMap(({ args }) => args), ...inputs];
  const text = given.map((one) => one.value ?? pathText(one)).join(' ');
  const found = named(text, files);
  if (found.length > 0) return found;
  const isUnknown = given.some((one) => one.value === undefined) || given.length === 0;
  const readsFile = pipedFrom.some(({ name }) => name === 'cat' || name === 'grep');
  return isUnknown || readsFile ? files.names : [];
}

/** Returns the downloaded files that a list of hashes names. */
function named(text: string, files: DownloadedFiles): readonly string[] {
  const words = text.split(/[\s"'()]+/u).map((word) => baseName(word.replace(/^\*/u, '')));
  return words.filter((word) => word !== '' && files.has(word));
}

function signedFiles({ args }: RunCommand, files: DownloadedFiles): readonly string[] {
  return args
    .map(pathText)
    .flatMap((path) => [path, path.replace(SIGNATURE_FILE, '')])
    .filter((path) => path !== '' && files.has(path))
    .map(baseName);
}
