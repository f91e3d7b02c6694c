/** Files of clients with the lines of the registry, and without them again byte for byte. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CLIENT_NAMES, type ClientName } from './client.ts';
import { undoClient, useClient } from './use-client.ts';

const URL_HERE = new URL('http://127.0.0.1:4873/');
const BEGIN = '# assay registry: begin';
const END = '# assay registry: end';
const NPM = 'registry=http://127.0.0.1:4873/\nreplace-registry-host=always\n';
const PYPI = 'http://127.0.0.1:4873/pypi/simple/';

describe('the lines of the registry', () => {
  it.each<readonly [ClientName, string, string | undefined, string]>([
    ['npm', '.npmrc', undefined, `${BEGIN} (new file)\n${NPM}${END}\n`],
    [
      'pnpm',
      '.npmrc',
      'a=b\nregistry = https://x.test/\n@acme:registry=https://y.test/',
      `a=b\n# assay registry: was: registry = https://x.test/\n@acme:registry=https://y.test/\n${BEGIN} (the line before had no end)\n${NPM}${END}\n`,
    ],
    [
      'yarn-classic',
      '.yarnrc',
      'registry "https://x.test/"\r\n',
      `# assay registry: was: registry "https://x.test/"\r\n${BEGIN}\r\nregistry "http://127.0.0.1:4873/"\r\n${END}\r\n`,
    ],
    [
      'yarn',
      '.yarnrc.yml',
      'nodeLinker: pnp\n',
      `nodeLinker: pnp\n${BEGIN}\nnpmRegistryServer: "http://127.0.0.1:4873/"\nunsafeHttpWhitelist: ["127.0.0.1"]\n${END}\n`,
    ],
    [
      'bun',
      'bunfig.toml',
      '[install]\nregistry = "https://x.test/"\nexact = true\n[test]\nregistry = 1\n',
      `[install]\n${BEGIN}\nregistry = "http://127.0.0.1:4873/"\n${END}\n# assay registry: was: registry = "https://x.test/"\nexact = true\n[test]\nregistry = 1\n`,
    ],
    [
      'pip',
      'pip.conf',
      '[global]\ntimeout = 9\nextra-index-url =\n    https://x.test/\n    https://y.test/\n[install]\nindex_url: https://z.test/\n',
      `[global]\n${BEGIN}\nindex-url = ${PYPI}\n${END}\ntimeout = 9\n# assay registry: was: extra-index-url =\n# assay registry: was:     https://x.test/\n# assay registry: was:     https://y.test/\n[install]\n# assay registry: was: index_url: https://z.test/\n`,
    ],
    ['pip', 'pip.conf', '', `${BEGIN}\n[global]\nindex-url = ${PYPI}\n${END}\n`],
    [
      'uv',
      'pyproject.toml',
      '[project]\n',
      `[project]\n${BEGIN}\n[[tool.uv.index]]\nname = "assay"\nurl = "${PYPI}"\ndefault = true\n${END}\n`,
    ],
    [
      'poetry',
      'pyproject.toml',
      '[project]\n',
      `[project]\n${BEGIN}\n[[tool.poetry.source]]\nname = "assay"\nurl = "${PYPI}"\npriority = "primary"\n${END}\n`,
    ],
  ])('of %s in %s', (client, name, text, expected) => {
    const file = { name, ...(text !== undefined && { text }) };
    const changed = useClient(client, file, URL_HERE);
    expect(changed.text).toBe(expected);
    const again = useClient(client, { name, text: expected }, URL_HERE);
    expect(again.text).toBe(expected);
    expect(undoClient({ name, text: expected }).text).toBe(text);
  });

  it.each<readonly [ClientName, string, string]>([
    ['yarn', '.yarnrc.yml', 'unsafeHttpWhitelist:\n  - x\n'],
    ['bun', 'bunfig.toml', '[install.registry]\nurl = "x"\n'],
    ['uv', 'uv.toml', '[[index]]\nurl = "x"\ndefault = true\n'],
    ['poetry', 'pyproject.toml', '[[tool.poetry.source]]\nname = "x"\n'],
  ])('of %s are not added to %s that has others of the kind', (client, name, text) => {
    expect(() => useClient(client, { name, text }, URL_HERE)).toThrow('is left as it is');
  });

  it('name what still comes from elsewhere', () => {
    const text = '@acme:registry=https://y.test/\n';
    expect(useClient('npm', { name: '.npmrc', text }, URL_HERE).others).toEqual([
      '@acme:registry=https://y.test/',
    ]);
  });

  it('are taken out without what was added behind them', () => {
    const added = `${useClient('npm', { name: '.npmrc', text: 'a=b' }, URL_HERE).text ?? ''}c=d\n`;
    expect(undoClient({ name: '.npmrc', text: added }).text).toBe('a=b\nc=d\n');
  });

  it('without an end are refused', () => {
    expect(() => undoClient({ name: '.npmrc', text: `${BEGIN}\nregistry=x\n` })).toThrow('no line');
  });
});

it('any file is the same byte for byte after use and undo', () => {
  const piece = fc.constantFrom(
    ...['registry=x', '[global]', '[install]', 'index-url = a', ' b', '', 'é', '#', 'registry "y"'],
    ...[
      'npmRegistryServer: z',
      '[tool.x]',
      'extra-index-url=',
      '\tc',
      '[[a]]',
      'x = """',
      '[install',
    ],
  );
  const end = fc.constantFrom('\n', '\r\n', '\n\n');
  const text = fc
    .tuple(fc.array(fc.tuple(piece, end), { maxLength: 12 }), fc.boolean())
    .map(([lines, isEnded]) => {
      const whole = lines.map(([line, tail]) => `${line}${tail}`).join('');
      return isEnded ? whole : whole.replace(/\r?\n$/u, '');
    });
  fc.assert(
    fc.property(fc.constantFrom(...CLIENT_NAMES), text, (client, before) => {
      const name = client === 'uv' ? 'uv.toml' : 'file';
      let after: string | undefined;
      try {
        after = useClient(client, { name, text: before }, URL_HERE).text;
      } catch (error) {
        // Files that have to be changed by hand are left as they are.
        expect(String(error)).toContain('is left as it is');
        return;
      }
      expect(undoClient({ name, text: after ?? '' }).text).toBe(before);
    }),
  );
});
