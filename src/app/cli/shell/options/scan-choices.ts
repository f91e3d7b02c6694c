/** Reads the flags that change what a scan looks for. Most runs set none of them. */

import { severitySources } from '../../../../advisories/store/severity-sources.ts';
import type { DetectionPriority } from '../../../../core/base/context.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { BUILT_SCANNERS } from '../../../../rules/detect/list.ts';
import { badValue, readChoices, readParallel } from '../../../config/values.ts';
import type { Platform } from '../../../../core/model/artifact/artifact.ts';
import { RULE_SCANNERS } from '../../../../core/model/rule/rule-scanner.ts';
import { parsePlatform } from '../../../../core/model/artifact/platform.ts';
import type { Distro } from '../../../../core/model/package/package.ts';
import type { ScanRequest, VerifyDepth } from '../../../../scan/pipeline/request.ts';
import type { FlagValues } from '../../commands/command.ts';

/** The choices of scanners and packages. */
export type ScanChoices = { readonly wantsAdvisories: boolean } & Pick<
  ScanRequest,
  | 'scanners'
  | 'readsPackages'
  | 'packageTypes'
  | 'includeDevDependencies'
  | 'distro'
  | 'allowEmpty'
  | 'severitySources'
  | 'filePatterns'
  | 'includeRemoved'
  | 'layersAtOnce'
  | 'detectionPriority'
  | 'verify'
>;

/**
 * Returns what a scan looks for.
 *
 * @throws AssayError `USAGE` for a bad value
 */
export function readScanChoices(flags: FlagValues): ScanChoices {
  const distro = readDistro(flags.text('distro'));
  return {
    ...readScanners(flags),
    packageTypes: readPackageTypes(flags),
    includeDevDependencies: flags.isOn('include-dev-deps'),
    ...(distro === undefined ? {} : { distro }),
    allowEmpty: flags.isOn('allow-empty'),
    severitySources: readSeveritySources(flags),
    ...readMore(flags),
    ...readLayersAtOnce(flags),
    ...readDetectionPriority(flags),
    verify: readVerify(flags) ?? (flags.isOn('lazy') ? 'none' : 'full'),
  };
}

/** Returns the platforms of `--platform`. @throws AssayError `USAGE` for a bad value */
export function readPlatforms(flags: FlagValues): readonly Platform[] | 'all' {
  const texts = flags.list('platform');
  if (texts.includes('all')) return 'all';
  return texts.map((text) => {
    const platform = parsePlatform(text);
    if (platform !== undefined) return platform;
    const example = /^[a-z0-9_]+$/u.test(text) ? `linux/${text}` : 'linux/amd64';
    throw badValue('platform', text, `Write it as ${example}, or all.`);
  });
}

/** Names of trivy for scanners of rules, in the names of Assay. */
const SCANNER_ALIASES: ReadonlyMap<string, string> = new Map([['config', 'misconfig']]);
/** Trivy's scanner for clusters, which Assay does not have yet. */
const PLANNED_SCANNER = 'rbac';

/**
 * Reads `--scanners`. A scanner that is not built is refused: a gate must not pass because nothing
 * was looked for.
 */
function readScanners(
  flags: FlagValues,
): Pick<ScanChoices, 'wantsAdvisories' | 'scanners' | 'readsPackages'> {
  const typed = flags.list('scanners').map((name) => name.toLowerCase());
  if (typed.length === 0) return { wantsAdvisories: true };
  const names = new Set(typed.map((name) => SCANNER_ALIASES.get(name) ?? name));
  const scanners = RULE_SCANNERS.filter((name) => names.delete(name));
  const wantsAdvisories = names.delete('vuln');
  const readsPackages = names.delete('packages') || wantsAdvisories;
  const possible = ['vuln', 'packages', ...BUILT_SCANNERS].join(', ');
  const bad = [...names].find((name) => name !== PLANNED_SCANNER);
  if (bad !== undefined) throw badValue('scanners', bad, `Possible values: ${possible}.`);
  const planned = [...scanners.filter((name) => !BUILT_SCANNERS.has(name)), ...names];
  if (planned.length > 0) {
    throw new AssayError('USAGE', `--scanners ${planned.join(',')} is not available yet`, {
      hint: `Possible values: ${possible}. For vulnerabilities alone: --scanners vuln`,
    });
  }
  return {
    wantsAdvisories,
    ...(scanners.length > 0 && { scanners }),
    ...(!readsPackages && { readsPackages }),
  };
}

/** Reads the options that extend a scan. */
function readMore(flags: FlagValues): Pick<ScanRequest, 'filePatterns' | 'includeRemoved'> {
  // A pattern may hold a comma.
  const filePatterns = flags.all('file-patterns');
  return {
    ...(filePatterns.length > 0 && { filePatterns }),
    ...(flags.isOn('removed-pkgs') && { includeRemoved: true }),
  };
}

const PACKAGE_TYPES: ReadonlyMap<string, 'os' | 'library'> = new Map([
  ['os', 'os'],
  ['library', 'library'],
]);

function readPackageTypes(flags: FlagValues): readonly ('os' | 'library')[] {
  const types = readChoices('pkg-types', flags.list('pkg-types'), PACKAGE_TYPES);
  return types.length === 0 ? ['os', 'library'] : [...new Set(types)];
}

function readLayersAtOnce(flags: FlagValues): Pick<ScanRequest, 'layersAtOnce'> {
  const text = flags.text('parallel');
  const layersAtOnce = text === undefined ? undefined : readParallel('parallel', text);
  return layersAtOnce === undefined ? {} : { layersAtOnce };
}

const VERIFY_DEPTHS: ReadonlyMap<string, VerifyDepth> = new Map([
  ['full', 'full'],
  ['manifests', 'manifests'],
  ['none', 'none'],
]);

const PRIORITIES: ReadonlyMap<string, DetectionPriority> = new Map([
  ['precise', 'precise'],
  ['comprehensive', 'comprehensive'],
]);

function readDetectionPriority(flags: FlagValues): Pick<ScanRequest, 'detectionPriority'> {
  const text = flags.text('detection-priority');
  if (text === undefined) return {};
  const [detectionPriority] = readChoices('detection-priority', [text], PRIORITIES);
  return detectionPriority === undefined ? {} : { detectionPriority };
}

function readVerify(flags: FlagValues): VerifyDepth | undefined {
  const text = flags.text('verify');
  return text === undefined ? undefined : readChoices('verify', [text], VERIFY_DEPTHS)[0];
}

const DISTRO = /^(?<id>[a-z][a-z0-9._-]*)[/:](?<versionId>[A-Za-z0-9._-]+)$/u;

function readDistro(text: string | undefined): Distro | undefined {
  if (text === undefined) return undefined;
  const parts = DISTRO.exec(text)?.groups;
  if (parts === undefined) throw badValue('distro', text, 'Write it as debian/12 or alpine/3.19.');
  return { id: parts['id'] ?? '', versionId: parts['versionId'] ?? '' };
}

/** `auto` is the default order, which follows in any case. */
function readSeveritySources(flags: FlagValues): readonly string[] {
  const name = 'vuln-severity-source';
  const choices = new Map(['auto', ...severitySources()].map((source) => [source, source]));
  return readChoices(name, flags.list(name), choices).filter((source) => source !== 'auto');
}
