/**
 * `go.mod` and the environment file of Go.
 *
 * Source: Go Modules Reference, "go.mod files", "Module proxies", "Environment variables"
 * (`GOPROXY`, `GOSUMDB`, `GONOSUMDB`, `GOPRIVATE`, `GOINSECURE`). `go.sum` beside a `go.mod` holds
 * the digests of all modules. A module's path is the address of its repository; which proxy answers
 * for it is a setting of the machine.
 */

import { readModLines, type Directive } from '../../../../formats/text/go-mod-lines.ts';
import { siblingPath } from '../../../../core/base/artifact-path.ts';
import { isLocal, plainAddress } from '../address.ts';
import { numberedLines } from '../text.ts';
import type { OriginReader, SourceUse } from '../use.ts';

/** Reads `go.mod`. */
export const readGoMod: OriginReader = (file) => {
  const { directives } = readModLines(file.text);
  const sums = file.read(siblingPath(file.path, 'go.sum'));
  const replaced = new Set(directives.filter(isReplacement).map(({ words: [name = ''] }) => name));
  const uses: SourceUse[] = [];
  for (const { verb, words, line } of directives) {
    const [name = '', version = ''] = words;
    if (verb === 'require' && !replaced.has(name)) {
      uses.push(moduleUse(name, version, line, sums));
    }
    if (!isReplacement({ verb, words })) continue;
    const [target = '', targetVersion = ''] = words.slice(words.indexOf('=>') + 1);
    if (isLocal(target) || target.startsWith('/')) continue;
    const alias = target === name ? {} : { alias: name };
    uses.push({ ...moduleUse(target, targetVersion, line, sums), ...alias });
  }
  return uses;
};

function isReplacement({ verb, words }: Pick<Directive, 'verb' | 'words'>): boolean {
  return verb === 'replace' && words.indexOf('=>') > 0;
}

function moduleUse(
  name: string,
  version: string,
  line: number,
  sums: string | undefined,
): SourceUse & { readonly kind: 'package' } {
  const address = plainAddress(`https://${name}`);
  const prefix = `${name} ${version}`;
  const digests = (sums ?? '').split('\n').flatMap((row) => {
    const [path, of = '', digest = ''] = row.split(' ');
    return path === name && (of === version || of === `${version}/go.mod`) ? [digest] : [];
  });
  return {
    ...({ kind: 'package', ecosystem: 'go', name, version, line, from: 'registry' } as const),
    addresses: address === undefined ? [] : [address],
    ...(sums !== undefined && prefix !== '' && { integrity: digests }),
  };
}

/** Reads `go.env` and other files of lines `NAME=VALUE` for the variables of Go. */
export const readGoEnv: OriginReader = ({ text }) => {
  const uses: SourceUse[] = [];
  for (const { line, content } of numberedLines(text)) {
    const { key = '', value = '' } =
      /^(?:export\s+)?(?<key>GO[A-Z]+)\s*=\s*"?(?<value>[^"]*)"?$/u.exec(content)?.groups ?? {};
    if (value === '') continue;
    uses.push(...variableUses(key, value, line));
  }
  return uses;
};

function variableUses(key: string, value: string, line: number): readonly SourceUse[] {
  const off = (effect: string): readonly SourceUse[] => [
    { kind: 'disabled-check', line, setting: `${key}=${value}`, effect },
  ];
  switch (key) {
    case 'GOPROXY':
      return value.split(/[,|]/u).flatMap((one): readonly SourceUse[] => {
        const address = plainAddress(one.trim());
        return address === undefined
          ? []
          : [{ kind: 'index', ecosystem: 'go', address, line, role: 'default', key }];
      });
    case 'GOSUMDB':
      return value === 'off' ? off('modules are not compared with the checksum database') : [];
    case 'GONOSUMDB':
    case 'GONOSUMCHECK':
      // Patterns of private modules are the purpose of the variable; these are all modules.
      return /^(?:\*|1|.*,\*|\*,.*|\*\/.*)$/u.test(value)
        ? off('modules are not compared with the checksum database')
        : [];
    case 'GOINSECURE':
      return off('these modules may come over plain HTTP, without verified certificates');
    case 'GOFLAGS':
      return /-insecure|-mod=mod/u.test(value) && value.includes('-insecure')
        ? off('modules may come over plain HTTP')
        : [];
    default:
      return [];
  }
}
