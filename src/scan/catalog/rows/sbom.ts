/** Bills of materials, scanned by themselves or found inside an image. */

import type { CatalogerRow } from '../cataloger.ts';

/**
 * The rows of the catalogers below `catalog/sbom/`. A file that several rows want is read by each,
 * in this order.
 */
export const SBOM_ROWS: readonly CatalogerRow[] = [
  {
    id: 'sbom/document',
    presence: 'declared',
    artifacts: ['sbom'],
    // The document is the artifact's only file, whatever its name.
    files: { isReadInPlace: true, paths: ['/'] },
    version: 5,
    load: async () => (await import('../sbom/document.ts')).sbomDocument,
  },
  {
    id: 'sbom/embedded',
    presence: 'declared',
    // In a folder of code such a file describes something else: it is a product of the build, or a
    // test's input.
    artifacts: ['image', 'rootfs'],
    files: {
      isReadInPlace: true,
      paths: ['/usr/share/sbom/', '/var/lib/db/sbom/'],
      prefixes: ['.spdx-'],
    },
    isSupplement: true,
    isClaim: true,
    version: 4,
    load: async () => (await import('../sbom/embedded.ts')).embeddedSbom,
  },
  {
    id: 'sbom/named',
    presence: 'declared',
    artifacts: ['image', 'rootfs'],
    files: {
      isReadInPlace: true,
      names: ['bom.json', 'bom.xml', 'sbom.json', 'sbom.xml', 'sbom'],
      suffixes: [
        ...['.cdx.json', '.cdx.xml', '.cdx', '.bom.json', '.bom.xml'],
        ...['.spdx.json', '.spdx', '.syft.json', '.sbom.json', '.sbom.xml', '.sbom'],
      ],
    },
    isSupplement: true,
    isClaim: true,
    version: 2,
    load: async () => (await import('../sbom/named.ts')).namedSbom,
  },
];
