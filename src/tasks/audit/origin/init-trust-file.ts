/**
 * A trust file that allows the sources which are in use, to be read and cut down before it is used.
 *
 * Addresses of registries are cut before the name of the package, and those of archives behind
 * their directory. What the trust file cannot allow, such as plain HTTP, is left out and listed as
 * a comment.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { directoryPrefix } from '../../../core/base/artifact-path.ts';
import { compareText } from '../../../core/base/compare.ts';
import { appendTo } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { imageNameOf } from '../../../rules/detect/image-name.ts';
import type {
  ImageUse,
  IndexUse,
  PackageUse,
  SourceUse,
} from '../../../rules/detect/origin/use.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import { readTrustFile } from '../../../trust/trust-file/read-trust-file.ts';

const ARCHIVE = /\.(?:tgz|tar(?:\.\w+)?|zip|whl|gem|crate|jar|nupkg)$/iu;
/** More addresses of one ecosystem are no list that anybody reads. */
const MAX_SOURCES = 5000;

/** Returns the text of a trust file that allows what some statements name. */
export function initialTrustFile(uses: readonly SourceUse[]): string {
  const sources = new Map<Ecosystem, string[]>();
  const unnamed = new Map<Ecosystem, string[]>();
  const images: ImageUse[] = [];
  for (const use of uses) {
    if (use.kind === 'image') images.push(use);
    if (use.kind !== 'package' && use.kind !== 'index') continue;
    for (const address of addressesOf(use)) appendTo(sources, use.ecosystem, address);
    if (use.kind === 'package' && use.isRequest !== true && use.addresses.length === 0)
      appendTo(unnamed, use.ecosystem, use.name);
  }
  const lines = [
    '# Sources that are in use. Read this list, and take out what you do not trust: until then it only records what is there.',
    'version: 1',
    ...imageLines(images),
    ...packageLines(sources, unnamed),
  ];
  return `${lines.join('\n')}\n`;
}

function addressesOf(use: PackageUse | IndexUse): readonly string[] {
  if (use.kind === 'index') return [use.address];
  return use.addresses.map((address) => prefixOf(use, address));
}

/** Returns the part of an address that is the same for all packages of a source. */
function prefixOf({ name, ecosystem, from }: PackageUse, address: string): string {
  const tarball = ecosystem === 'npm' ? address.indexOf(`/${name}/-/`) : -1;
  if (tarball > 0) return address.slice(0, tarball + 1);
  if (from === 'git') return address;
  const { origin, pathname } = new URL(address);
  if (!ARCHIVE.test(pathname) && from !== 'archive') return address;
  // Hosts of Python spread archives over directories that are named by digests.
  const [first = ''] = pathname.split('/').filter((part) => part !== '');
  const isSpread = ecosystem === 'pypi' && pathname.split('/').length > 3;
  return isSpread ? `${origin}/${first}/` : `${origin}${directoryPrefix(pathname)}`;
}

function packageLines(
  sources: ReadonlyMap<Ecosystem, readonly string[]>,
  unnamed: ReadonlyMap<Ecosystem, readonly string[]>,
): readonly string[] {
  const sections = [...sources]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([ecosystem, all]) => {
      const unique = [...new Set(all)].sort(compareText);
      const allowed = unique.filter(canBeAllowed);
      const refused = unique.filter((one) => !allowed.includes(one));
      if (allowed.length > MAX_SOURCES) {
        throw new AssayError(
          'LIMIT_EXCEEDED',
          `${allowed.length} sources of ${ecosystem} are in use`,
          {
            hint: `A trust file of at most ${MAX_SOURCES} is written. Name a directory with fewer projects.`,
          },
        );
      }
      const count = unnamed.get(ecosystem)?.length ?? 0;
      const note = `    # ${pluralize(count, 'package')} without a source in this tree`;
      return [
        `  ${ecosystem}:`,
        ...(count > 0 ? [note] : []),
        ...refused.map((one) => `    # cannot be allowed: ${JSON.stringify(one)}`),
        ...(allowed.length === 0 ? ['    sources: []'] : ['    sources:']),
        ...allowed.map((one) => `      - ${JSON.stringify(one)}`),
      ];
    });
  if (sections.length === 0) return [];
  return [
    'packages:',
    '  # Names of your own need "owned", with the only sources that they may come from.',
    ...sections,
  ];
}

function imageLines(images: readonly ImageUse[]): readonly string[] {
  const names = (chosen: readonly ImageUse[]): readonly string[] => {
    const found = chosen.flatMap(({ reference }) => {
      const image = imageNameOf(reference);
      return image === undefined ? [] : [`${image.domain}/${image.path}`];
    });
    return [...new Set(found)].sort(compareText).map((one) => `    - ${JSON.stringify(one)}`);
  };
  const bases = images.filter(({ isBase }) => isBase);
  return [
    ...(images.length > 0 ? ['registries:', '  allowed:', ...names(images)] : []),
    ...(bases.length > 0 ? ['base-images:', '  allowed:', ...names(bases)] : []),
  ];
}

/** Returns whether the reader of trust files takes an address: it decides what can be allowed. */
function canBeAllowed(address: string): boolean {
  const text = `version: 1\npackages:\n  npm:\n    sources:\n      - ${JSON.stringify(address)}\n`;
  try {
    readTrustFile('assay.trust.yaml', Buffer.from(text));
    return true;
  } catch {
    return false;
  }
}
