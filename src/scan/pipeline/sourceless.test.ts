/**
 * Bills of materials that name no source packages: what the advisories cannot answer is a gap,
 * unless the tool leaves equal names out.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { affects, anAdvisory, below } from '../../../test/support/model.ts';
import { gapsIn } from '../../../test/support/scanned-files.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import { quietContext } from '../../core/base/context.ts';
import { scan } from './index.ts';

const ADVISORIES = [
  anAdvisory('CVE-2024-0001', {
    affected: [
      affects('openssl', [below('3.0.14-1')], { ecosystem: 'debian', release: '12' }),
      affects('openssl', [below('3.1.5-r0')], { ecosystem: 'alpine', release: '3.19' }),
      affects('libssl', [below('3.0.0-1')], { ecosystem: 'redhat', release: '9' }),
    ],
  }),
  anAdvisory('CVE-2024-0002', { affected: [affects('lodash', [below('4.17.21')])] }),
];
const LIBSSL = 'pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12';
const OPENSSL = 'pkg:deb/debian/openssl@3.0.11-1?distro=debian-12';

/** A document of CycloneDX, or of SPDX where `creators` are given. */
function documentOf(
  purls: readonly string[],
  { tools, creators }: { readonly tools?: unknown; readonly creators?: readonly string[] } = {},
): object {
  if (creators !== undefined) {
    return {
      spdxVersion: 'SPDX-2.3',
      SPDXID: 'SPDXRef-DOCUMENT',
      creationInfo: { creators },
      packages: purls.map((referenceLocator, index) => ({
        SPDXID: `SPDXRef-${index}`,
        name: `p${index}`,
        externalRefs: [
          { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator },
        ],
      })),
    };
  }
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    ...(tools !== undefined && { metadata: { tools } }),
    components: purls.map((purl) => ({ type: 'library', purl })),
  };
}

async function gapsOf(document: object): Promise<readonly string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-sourceless-'));
  try {
    const reference = path.join(folder, 'bom.json');
    writeFileSync(reference, JSON.stringify(document));
    const advisories = { open: () => Promise.resolve(createMemoryReader(ADVISORIES)) };
    const targets = [{ reference, kind: 'sbom' as const }];
    const { results } = await scan({ targets, advisories }, quietContext());
    return results.flatMap((result) => gapsIn(result, 'noAdvisoryData'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a package of a system without its source', () => {
  it.each<[string, object]>([
    ['without a tool', documentOf([LIBSSL])],
    ['beside one that the advisories list', documentOf([LIBSSL, OPENSSL])],
    ['of another tool', documentOf([LIBSSL], { tools: [{ name: 'cdxgen' }] })],
    [
      'of another tool in components',
      documentOf([LIBSSL], { tools: { components: [{ name: 'x' }] } }),
    ],
    ['of a tool with a similar name', documentOf([LIBSSL], { tools: [{ name: 'syfter' }] })],
    [
      'of another tool in SPDX',
      documentOf([LIBSSL], { creators: ['Tool: bom-1.0', 'Person: syft'] }),
    ],
    ['of Alpine', documentOf(['pkg:apk/alpine/libssl3@3.1.0-r0?distro=alpine-3.19'])],
  ])('%s is a gap', async (_name, document) => {
    const gaps = await gapsOf(document);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatch(
      /list source packages, and the document names none for 1 package \(libssl3\)/,
    );
  });

  it.each<[string, object]>([
    ['of syft', documentOf([LIBSSL], { tools: [{ vendor: 'anchore', name: 'syft' }] })],
    ['of trivy', documentOf([LIBSSL], { tools: { components: [{ name: 'trivy' }] } })],
    ['of Assay', documentOf([LIBSSL], { tools: { components: [{ name: 'assay' }] } })],
    ['of syft in SPDX', documentOf([LIBSSL], { creators: ['Tool: syft-1.18.0'] })],
    [
      'of trivy in SPDX',
      documentOf([LIBSSL], { creators: ['Organization: a', 'Tool: trivy-0.58'] }),
    ],
    ['that is a source of the advisories', documentOf([OPENSSL])],
    ['with its source', documentOf([`${LIBSSL}&upstream=openssl`])],
    [
      'beside one with its source',
      documentOf([`${LIBSSL}&upstream=openssl`, 'pkg:deb/debian/netbase@6.4?distro=debian-12']),
    ],
    [
      'of a system whose advisories list packages',
      documentOf(['pkg:rpm/redhat/openssl-libs@3.0.7-1.el9?distro=rhel-9']),
    ],
    ['of no system', documentOf(['pkg:npm/lodash@4.17.20'])],
  ])('%s is none', async (_name, document) => {
    expect(await gapsOf(document)).toEqual([]);
  });
});
