import { describe, expect, it } from 'vitest';

import { SBOM_HEAD_BYTES, detectSbomFormat } from './sbom-format.ts';

describe('sbomForm', () => {
  it.each([
    ['CycloneDX JSON', '{"bomFormat":"CycloneDX","specVersion":"1.5"}', 'cyclonedx-json'],
    [
      'a byte order mark in front',
      '\u00EF\u00BB\u00BF{ "bomFormat" : "CycloneDX" }',
      'cyclonedx-json',
    ],
    [
      'a schema in front',
      '{\n "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json"',
      'cyclonedx-json',
    ],
    [
      'CycloneDX XML',
      '<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.4">',
      'cyclonedx-xml',
    ],
    ['SPDX 2 JSON', '{"SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3"}', 'spdx-json'],
    ['SPDX 3', '{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}', 'spdx3-json'],
    ['SPDX tag-value', 'SPDXVersion: SPDX-2.3\n', 'spdx-tag-value'],
    ['a lockfile', '{"lockfileVersion":3,"packages":{}}', 'json'],
    ['a list', '[{"bomFormat":"CycloneDX"}]', undefined],
    ['a text', 'bomFormat: CycloneDX', undefined],
    ['nothing', '', undefined],
  ] as const)('knows %s', (_, text, expected) => {
    expect(detectSbomFormat(Buffer.from(text, 'latin1'))).toBe(expected);
  });

  it('looks at the first bytes only', () => {
    const text = `{${' '.repeat(SBOM_HEAD_BYTES)}"bomFormat":"CycloneDX"}`;
    expect(detectSbomFormat(Buffer.from(text))).toBe('json');
  });
});
