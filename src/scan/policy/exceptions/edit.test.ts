import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePackageUrl } from '../../../core/model/purl/purl.ts';
import { withEntry, withoutEntries } from './edit.ts';
import type { IgnoreEntry } from './exception.ts';
import { readExceptions } from './read-exceptions.ts';

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function formOf(path: string, bytes: Uint8Array): ReturnType<typeof readExceptions>['form'] {
  return readExceptions(path, bytes, 0).form;
}

function without(path: string, text: string, ...lines: readonly number[]): string {
  const bytes = bytesOf(text);
  return textOf(withoutEntries({ path, bytes, form: formOf(path, bytes) }, new Set(lines)));
}

function added(path: string, text: string, entry: Omit<IgnoreEntry, 'from'>): string {
  const bytes = bytesOf(text);
  return textOf(withEntry({ path, bytes, form: formOf(path, bytes) }, { ...entry, from: '' }));
}

const YAML = `# head
vulnerabilities: # list

  # about the first
  - id: A-1
    paths: [a, b] # why
    # inside
    statement: >
      folded
      # no comment
  # about the second
  -
    id: A-2

  - { id: A-3,
      paths: [x]
    }
# tail
secrets:
  - id: S-1
`;

describe('entries that are taken out', () => {
  it.each<[string, string, string, readonly number[], string]>([
    ['a line', '.trivyignore', '# a\nA-1\n\nA-2 # b\n', [2], '# a\n\nA-2 # b\n'],
    ['line ends of Windows', '.trivyignore', 'A-1\r\nA-2\r\n', [1], 'A-2\r\n'],
    ['the last line, without an end', '.trivyignore', 'A-1\nA-2', [2], 'A-1\n'],
    ['all lines', '.assayignore', 'A-1\nA-2\n', [1, 2], ''],
    [
      'the first line behind a byte order mark',
      '.trivyignore',
      '\uFEFFA-1\nA-2\n',
      [1],
      '\uFEFFA-2\n',
    ],
    [
      'an item with its comments inside',
      '.trivyignore.yaml',
      YAML,
      [5],
      YAML.replace(/ {2}- id: A-1\n[^]*no comment\n/, ''),
    ],
    [
      'an item whose dash stands alone',
      '.trivyignore.yaml',
      YAML,
      [13],
      YAML.replace('  -\n    id: A-2\n', ''),
    ],
    [
      'an item in braces',
      '.trivyignore.yaml',
      YAML,
      [15],
      YAML.replace(/ {2}- \{ id: A-3[^}]*\}\n/, ''),
    ],
    ['an item of another list', '.trivyignore.yaml', YAML, [20], YAML.replace('  - id: S-1\n', '')],
    [
      'several items',
      '.trivyignore.yaml',
      YAML,
      [5, 13, 15, 20],
      '# head\nvulnerabilities: # list\n\n  # about the first\n  # about the second\n\n# tail\nsecrets:\n',
    ],
    [
      'an item at the margin',
      '.assayignore.yaml',
      'exceptions:\n- id: A-1\n- id: A-2\n',
      [2],
      'exceptions:\n- id: A-2\n',
    ],
    [
      'an item of grype',
      '.grype.yaml',
      'a: 1\nignore:\n  - vulnerability: A-1\n  - vulnerability: A-2\nb: 2\n',
      [4],
      'a: 1\nignore:\n  - vulnerability: A-1\nb: 2\n',
    ],
    [
      'an item with line ends of Windows',
      'x.yaml',
      'exceptions:\r\n  - id: A-1\r\n    reason: x\r\n  - id: A-2\r\n',
      [2],
      'exceptions:\r\n  - id: A-2\r\n',
    ],
  ])('leave every other byte: %s', (...[, path, text, lines, expected]) => {
    expect(without(path, text, ...lines)).toBe(expected);
  });

  it('keep bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('# '),
      Buffer.from([0xff, 0xfe, 0xe4]),
      Buffer.from('\nA-1\n'),
    ]);
    const edited = withoutEntries(
      { path: '.trivyignore', bytes, form: 'trivyignore' },
      new Set([2]),
    );
    expect(Buffer.from(edited)).toEqual(bytes.subarray(0, 6));
  });

  it.each([
    [
      'a list in brackets',
      'x.yaml',
      'exceptions: [{id: A-1}]',
      1,
      '"exceptions" is a list in brackets',
    ],
    [
      'osv-scanner',
      'osv-scanner.toml',
      '[[IgnoredVulns]]\nid = "A-1"',
      1,
      'in the form of osv-scanner are only read',
    ],
    [
      'Harbor',
      'x.json',
      '{"project_id":1,"items":[{"cve_id":"A-1"}]}',
      1,
      'in the form of Harbor are only read',
    ],
  ])(
    'are refused where they have no lines of their own: %s',
    (...[, path, text, line, message]) => {
      expect(() => without(path, text, line)).toThrow(message);
    },
  );

  it('are refused in UTF-16', () => {
    const bytes = Buffer.from('\uFEFFA-1\n', 'utf16le');
    const file = { path: '.trivyignore', bytes, form: 'trivyignore' as const };
    expect(() => withoutEntries(file, new Set([1]))).toThrow('it is UTF-16; save it as UTF-8');
  });

  it('leave all other lines of any file', () => {
    const line = fc.constantFrom(
      'A-1',
      'A-2 exp:2030-01-01 # é',
      '# comment',
      '',
      '  A-3\t',
      'A-4\r',
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.boolean(),
        fc.nat(11),
        (lines, isOpen, at) => {
          const text = lines.join('\n') + (isOpen ? '' : '\n');
          const expected = text.split('\n');
          const isEntry = /^\s*[^\s#]/.test(expected[at] ?? '');
          if (!isEntry) return;
          const isLast = at === expected.length - 1;
          const kept = isLast
            ? `${expected.slice(0, at).join('\n')}${at > 0 ? '\n' : ''}`
            : expected.toSpliced(at, 1).join('\n');
          expect(without('.trivyignore', text, at + 1)).toBe(kept);
        },
      ),
    );
  });
});

describe('an entry that is added', () => {
  const full: Omit<IgnoreEntry, 'from'> = {
    id: 'A-9',
    scope: {
      package: 'lodash',
      version: '1.0',
      purls: [parsePackageUrl('pkg:npm/a')],
      paths: ['x/**'],
    },
    until: '2030-01-01',
    owner: 'web@example.org',
    reason: 'not: reachable',
  };
  const plain = { id: 'A-9', until: '2030-01-01', reason: 'why' };

  it.each<[string, string, string, Omit<IgnoreEntry, 'from'>, string]>([
    ['a new file', '.trivyignore', '', plain, 'A-9 exp:2030-01-01 # why\n'],
    ['a line that is not ended', '.trivyignore', '# a', plain, '# a\nA-9 exp:2030-01-01 # why\n'],
    ['line ends of Windows', '.trivyignore', 'A-1\r\n', { id: 'A-9' }, 'A-1\r\nA-9\r\n'],
    ['a byte order mark alone', '.trivyignore', '\uFEFF', { id: 'A-9' }, '\uFEFFA-9\n'],
    [
      'all that can be said on a line',
      '.assayignore',
      'A-1\n',
      full,
      'A-1\nA-9 exp:2030-01-01 owner:web@example.org package:lodash@1.0 path:x/** pkg:npm/a # not: reachable\n',
    ],
    [
      'all that can be said in YAML',
      '.assayignore.yaml',
      '',
      full,
      'exceptions:\n  - id: A-9\n    package: lodash@1.0\n    purls: ["pkg:npm/a"]\n    paths: ["x/**"]\n    reason: "not: reachable"\n    owner: web@example.org\n    expires: 2030-01-01\n',
    ],
    [
      'the end of a list, as it is indented',
      '.trivyignore.yaml',
      YAML,
      plain,
      YAML.replace(
        '    }\n',
        '    }\n  - id: A-9\n    expired_at: 2030-01-01\n    statement: why\n',
      ),
    ],
    [
      'a list without items',
      '.trivyignore.yaml',
      'vulnerabilities:\nsecrets:\n  - id: S-1\n',
      { id: 'A-9' },
      'vulnerabilities:\n  - id: A-9\nsecrets:\n  - id: S-1\n',
    ],
    [
      'a file without the list',
      '.trivyignore.yaml',
      'secrets:\n- id: S-1',
      { id: 'A-9' },
      'secrets:\n- id: S-1\nvulnerabilities:\n  - id: A-9\n',
    ],
    [
      'grype',
      '.grype.yaml',
      'ignore:\n- vulnerability: A-1\nlog: {}\n',
      { id: 'A-9', reason: 'why' },
      'ignore:\n- vulnerability: A-1\n- vulnerability: A-9\n  reason: why\nlog: {}\n',
    ],
    [
      'text that is not text to YAML',
      'x.assayignore.yaml',
      '',
      { id: 'A-9', reason: 'yes', owner: '- x' },
      'exceptions:\n  - id: A-9\n    reason: "yes"\n    owner: "- x"\n',
    ],
  ])('stands at the end: %s', (...[, path, text, entry, expected]) => {
    expect(added(path, text, entry)).toBe(expected);
  });

  it.each<[string, string, Omit<IgnoreEntry, 'from'>, string]>([
    ['an owner', '.trivyignore', { id: 'A-9', owner: 'x' }, 'cannot say --owner'],
    [
      'a package',
      '.trivyignore.yaml',
      { id: 'A-9', scope: { package: 'x' } },
      'cannot say --package',
    ],
    ['an expiry', '.grype.yaml', plain, 'cannot say --expires'],
    [
      'two words',
      '.assayignore',
      { id: 'A-9', owner: 'the web team' },
      '"owner:the web team" cannot be written',
    ],
    ['a list in brackets', 'x.assayignore.yaml', { id: 'A-9' }, 'is a list in brackets'],
  ])('is refused where the form cannot say it: %s', (_, path, entry, message) => {
    const text = path.startsWith('x') ? 'exceptions: []' : '';
    expect(() => added(path, text, entry)).toThrow(message);
  });

  it('is read back as it was given, whatever its texts', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 20 })
      .map((one) => one.trim())
      .filter((one) => one !== '');
    fc.assert(
      fc.property(text, text, (reason, owner) => {
        const edited = bytesOf(
          added('.assayignore.yaml', 'exceptions:\n  - id: A-1\n', { id: 'A-9', reason, owner }),
        );
        const [, entry] = readExceptions('.assayignore.yaml', edited, 0).entries;
        expect(entry).toMatchObject({ id: 'A-9', reason, owner });
      }),
    );
  });
});
