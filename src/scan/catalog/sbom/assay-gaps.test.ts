import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { embeddedSbom } from './embedded.ts';
import { sbomDocument } from './document.ts';

/** A document of Assay's about a thing of which this is told. */
function document(gaps: string): string {
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      component: {
        type: 'application',
        name: 'web',
        properties: [{ name: 'assay:gaps', value: gaps }],
      },
    },
    components: [{ type: 'library', name: 'a', version: '1', purl: 'pkg:npm/a@1' }],
  });
}

async function gapsOf(gaps: string): Promise<readonly string[]> {
  const { diagnostics = [] } = await readCatalog(sbomDocument, '/a.json', document(gaps));
  return diagnostics.map(({ gap, message }) => `${String(gap)}: ${message}`);
}

describe('the gaps of the thing that a document describes', () => {
  it('are those of its scan', async () => {
    const told = [
      ['unreadable', 'x/yarn.lock: cut off'],
      ['limit', 'too large'],
    ];
    expect(await gapsOf(JSON.stringify(told))).toEqual([
      'unreadable: in "web": x/yarn.lock: cut off',
      'limit: in "web": too large',
    ]);
  });

  it.each([
    ['no JSON', '[', 'no list of gaps in assay:gaps'],
    ['no list', '{}', 'no list of gaps in assay:gaps'],
    ['too long a list', JSON.stringify(Array.from({ length: 1002 }, () => 0)), 'no list of gaps'],
    ['an unknown kind', '[["other","x"]]', 'no gap with its kind'],
    ['no message', '[["limit"]]', 'no gap with its kind'],
    ['no pair', '[1]', 'no gap with its kind'],
  ])('that cannot be read are one: %s', async (_, told, reason) => {
    const [gap, ...others] = await gapsOf(told);
    expect(gap).toContain(`unreadable: unreadable row (${reason}`);
    expect(others).toEqual([]);
  });

  it('are read of documents inside images as well', async () => {
    const body = document('[["limit","too large"]]');
    const { diagnostics } = await readCatalog(embeddedSbom, '/usr/share/sbom/a.json', body);
    expect(diagnostics?.map(({ message }) => message)).toEqual(['in "web": too large']);
  });
});
