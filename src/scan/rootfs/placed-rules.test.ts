import { describe, expect, it } from 'vitest';
import { aRuleDraft } from '../../../test/support/model.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { RuleCategory } from '../../core/model/rule/rule-finding.ts';
import { mergeLayers } from './merge-layers.ts';
import { locateRules } from './placed-rules.ts';

interface Facts {
  readonly files?: readonly string[];
  readonly whiteouts?: readonly string[];
  readonly opaques?: readonly string[];
  readonly links?: LayerRecord['links'];
  /** Paths with a finding, and its message. */
  readonly finds?: Readonly<Record<string, string>>;
  readonly category?: RuleCategory;
}

function recordOf({
  files = [],
  whiteouts = [],
  opaques = [],
  links = [],
  finds = {},
  category = 'secret',
}: Facts): LayerRecord {
  return {
    ...{ unpackedBytes: 0, entryCount: 0, whiteouts, opaques, links, directories: [] },
    files: files.map((path) => ({
      ...{ path, mode: 0o644, sizeBytes: 1, digests: [], isExecutable: false },
    })),
    cataloged: [],
    rules: Object.entries(finds).map(([path, message]) =>
      aRuleDraft({ category, message, location: { path, layer: 0, line: 1 } }),
    ),
    diagnostics: [],
  };
}

/**
 * Each finding as `path@layer`, with `-layer` where a layer deleted or replaced the file, and its
 * message.
 */
function findingsOf(...layers: readonly Facts[]): readonly string[] {
  const { rules } = mergeLayers(layers.map(recordOf));
  return locateRules(rules).map(
    ({ location: { path, layer }, whitedOutIn, message }) =>
      `${path}@${layer}${whitedOutIn === undefined ? '' : `-${whitedOutIn}`} ${message}`,
  );
}

const ENV = { files: ['/app/.env'], finds: { '/app/.env': 'a' } };

describe('findings of rules in merged layers', () => {
  it.each<[string, readonly Facts[], readonly string[]]>([
    ['a visible file', [{}, ENV, {}], ['/app/.env@1 a']],
    ['a file without a record of its own', [{ finds: { '/app/x': 'a' } }], ['/app/x@0 a']],
    ['a deleted file', [{}, ENV, {}, { whiteouts: ['/app/.env'] }], ['/app/.env@1-3 a']],
    ['a deleted directory', [ENV, { whiteouts: ['/app'] }], ['/app/.env@0-1 a']],
    ['an opaque directory', [ENV, { opaques: ['/app'] }], ['/app/.env@0-1 a']],
    ['an opaque root', [ENV, { opaques: ['/'] }], ['/app/.env@0-1 a']],
    [
      'a file replaced by one without a finding',
      [ENV, { files: ['/app/.env'] }],
      ['/app/.env@0-1 a'],
    ],
    [
      'a file replaced by a symlink',
      [ENV, { links: [{ path: '/app/.env', target: '/x', isHard: false }] }],
      ['/app/.env@0-1 a'],
    ],
    [
      'a file replaced by one with another finding',
      [ENV, { ...ENV, finds: { '/app/.env': 'b' } }],
      ['/app/.env@1 b', '/app/.env@0-1 a'],
    ],
    ['a file that was stored again with the same finding', [ENV, ENV], ['/app/.env@1 a']],
    [
      'a file that was stored again and then deleted',
      [ENV, ENV, { whiteouts: ['/app/.env'] }],
      ['/app/.env@1-2 a'],
    ],
    [
      'a file that was deleted and came back',
      [ENV, { whiteouts: ['/app/.env'] }, { files: ['/app/.env'] }],
      ['/app/.env@0-1 a'],
    ],
    [
      'a deleted misconfiguration',
      [{ ...ENV, category: 'misconfiguration' }, { whiteouts: ['/app/.env'] }],
      ['/app/.env@0-1 a'],
    ],
    [
      'a corrected misconfiguration',
      [{ ...ENV, category: 'misconfiguration' }, { files: ['/app/.env'] }],
      [],
    ],
    [
      'a file below a symlink of a lower layer',
      [
        { links: [{ path: '/bin', target: 'usr/bin', isHard: false }], files: ['/usr/bin/a'] },
        { files: ['/bin/tool'], finds: { '/bin/tool': 'a' } },
      ],
      ['/usr/bin/tool@1 a'],
    ],
  ])('of %s', (_, layers, expected) => {
    expect(findingsOf(...layers)).toEqual(expected);
  });

  it('shows a file as visible if one way of unpacking does', () => {
    const record = recordOf(ENV);
    const upper = recordOf({ whiteouts: ['/app/.env'] });
    const gone = mergeLayers([record, upper]).rules;
    const there = mergeLayers([record]).rules;
    const layersOf = (rows: ReturnType<typeof locateRules>): readonly unknown[] =>
      rows.map(({ whitedOutIn }) => whitedOutIn);
    expect(layersOf(locateRules(gone, gone))).toEqual([1]);
    expect(layersOf(locateRules(gone, there))).toEqual([undefined]);
    expect(layersOf(locateRules(there, gone))).toEqual([undefined]);
  });
});
