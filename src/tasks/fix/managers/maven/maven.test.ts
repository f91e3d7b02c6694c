import { describe, expect, it } from 'vitest';

import {
  editManifests,
  type EditedManifests,
  type Flawed,
} from '../../../../../test/support/edited-manifests.ts';
import { maven } from './maven.ts';

const FLAW: Flawed = { ecosystem: 'maven', name: 'g.x:lib', version: '1.0', fixed: ['1.1'] };
type Files = Readonly<Record<string, string | Uint8Array>>;
const fix = (files: Files, flaw: Partial<Flawed> = {}, opened?: string): Promise<EditedManifests> =>
  editManifests(maven, files, { ...FLAW, ...flaw }, opened);

const dependency = (version: string, more = '', artifact = 'lib'): string =>
  `<dependency>${more}<groupId>g.x</groupId><artifactId>${artifact}</artifactId>${version}</dependency>`;
const project = (inside: string, name = 'a'): string =>
  `<project><groupId>g</groupId><artifactId>${name}</artifactId><version>1</version>${inside}</project>`;
const child = (inside: string, more = ''): string =>
  `<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version>${more}</parent><artifactId>b</artifactId>${inside}</project>`;
const list = (...rows: readonly string[]): string =>
  `<dependencies>${rows.join('')}</dependencies>`;
const managed = (...rows: readonly string[]): string =>
  `<dependencyManagement>${list(...rows)}</dependencyManagement>`;
const properties = (inside: string): string => `<properties>${inside}</properties>`;

describe('a version in a pom.xml', () => {
  /** Each case: the text, and the text that the fix gives. */
  it.each<[string, string, string]>([
    [
      'in place',
      project(list(dependency('<version>1.0</version>'))),
      '<version>1.0</version>|<version>1.1</version>',
    ],
    ['in brackets', project(list(dependency('<version>[1.0]</version>'))), '[1.0]|[1.1]'],
    [
      'with white space and line ends of Windows',
      project(list(dependency('\r\n\t<version>\r\n 1.0 </version>\r\n'))),
      '<version>\r\n 1.0 |<version>\r\n 1.1 ',
    ],
    [
      'behind a comment that names it',
      project(
        list(dependency('<!-- <version>1.0</version> --><version><!-- 1.0 -->1.0</version>')),
      ),
      '-->1.0<|-->1.1<',
    ],
    [
      'in CDATA',
      project(list(dependency('<version><![CDATA[1.0]]></version>'))),
      'CDATA[1.0]|CDATA[1.1]',
    ],
    [
      'in a property',
      project(properties('<x>1.0</x><y>1.0</y>') + list(dependency('<version>${x}</version>'))),
      '<x>1.0</x>|<x>1.1</x>',
    ],
    [
      'in a property that names a property',
      project(properties('<x>${y}</x><y>1.0</y>') + list(dependency('<version>${x}</version>'))),
      '<y>1.0</y>|<y>1.1</y>',
    ],
    [
      'in the last of two properties of one name',
      project(properties('<x>1.0</x><x>1.0</x>') + list(dependency('<version>${x}</version>'))),
      '<x>1.0</x><x>1.0</x>|<x>1.0</x><x>1.1</x>',
    ],
    [
      'in dependency management',
      project(managed(dependency('<version>1.0</version>')) + list(dependency(''))),
      '<version>1.0</version>|<version>1.1</version>',
    ],
    [
      'in dependency management, in a property',
      project(
        properties('<x>1.0</x>') +
          managed(dependency('<version>${x}</version>')) +
          list(dependency('')),
      ),
      '<x>1.0</x>|<x>1.1</x>',
    ],
    [
      'beside exclusions and plugins of the same version',
      project(
        `<build><plugins><plugin>${list(dependency('<version>1.0</version>'))}</plugin></plugins></build>` +
          list(
            dependency(
              '<version>1.0</version><exclusions><exclusion><artifactId>q</artifactId></exclusion></exclusions>',
              '<!---->',
            ),
          ),
      ),
      '<!----><groupId>g.x</groupId><artifactId>lib</artifactId><version>1.0|<!----><groupId>g.x</groupId><artifactId>lib</artifactId><version>1.1',
    ],
    [
      'in a profile that is active by default',
      project(
        `<profiles><profile><id>p</id><activation><activeByDefault>true</activeByDefault></activation>${properties('<x>1.0</x>')}</profile></profiles>` +
          properties('<x>9</x>') +
          list(dependency('<version>${x}</version>')),
      ),
      '<x>1.0</x>|<x>1.1</x>',
    ],
    [
      'with a prefix of a namespace',
      '<m:project xmlns:m="http://maven.apache.org/POM/4.0.0"><m:dependencies><m:dependency><m:groupId>g.x</m:groupId><m:artifactId>lib</m:artifactId><m:version>1.0</m:version></m:dependency></m:dependencies></m:project>',
      '<m:version>1.0|<m:version>1.1',
    ],
    [
      'behind a document type that names it',
      `<!DOCTYPE project [<!ENTITY v "1.0">]>${project(list(dependency('<version>1.0</version>')))}`,
      '<version>1.0|<version>1.1',
    ],
    [
      'with two classifiers, which are one package',
      project(
        list(
          dependency('<version>1.0</version>'),
          dependency('<version>1.0</version><classifier>c</classifier>'),
        ),
      ),
      '<version>1.0</version></dependency>|<version>1.1</version></dependency>',
    ],
  ])('gets the fixed one: %s', async (_, text, change) => {
    const [from = '', to = ''] = change.split('|');
    const { files, reasons, steps } = await fix({ 'pom.xml': text });
    const expected = text
      .replace(from, () => to)
      .replace('1.0</version><classifier>', '1.1</version><classifier>');
    expect([steps, reasons, files]).toEqual([['widen g.x:lib>1.1'], [], { 'pom.xml': expected }]);
  });

  it.each<[string, Files, Readonly<Record<string, string>>]>([
    [
      'a property',
      {
        'b/pom.xml': child(list(dependency('<version>${x}</version>'))),
        'pom.xml': project(properties('<x>1.0</x>')),
      },
      { 'pom.xml': project(properties('<x>1.1</x>')) },
    ],
    [
      'dependency management',
      {
        'b/pom.xml': child(list(dependency(''))),
        'pom.xml': project(managed(dependency('<version>1.0</version>'))),
      },
      { 'pom.xml': project(managed(dependency('<version>1.1</version>'))) },
    ],
    [
      'a dependency',
      {
        'b/pom.xml': child(''),
        'pom.xml': project(list(dependency('<version>1.0</version>'))),
      },
      { 'pom.xml': project(list(dependency('<version>1.1</version>'))) },
    ],
    [
      'a property that the child sets again',
      {
        'b/pom.xml': child(properties('<x>1.0</x>')),
        'pom.xml': project(properties('<x>2</x>') + list(dependency('<version>${x}</version>'))),
      },
      { 'b/pom.xml': child(properties('<x>1.1</x>')) },
    ],
    [
      'a property, in another directory',
      {
        'b/pom.xml': child(
          list(dependency('<version>${x}</version>')),
          '<relativePath>../parent</relativePath>',
        ),
        'parent/pom.xml': project(properties('<x>1.0</x>')),
      },
      { 'parent/pom.xml': project(properties('<x>1.1</x>')) },
    ],
  ])('is in a parent of the same directory: %s', async (_, files, expected) => {
    const edited = await fix(files);
    expect([edited.reasons, edited.files]).toEqual([[], expected]);
  });

  it('names the manifest, the part and the property that it changes', async () => {
    const { edits } = await fix({
      'b/pom.xml': child(list(dependency('<version>${x}</version>'))),
      'pom.xml': project(properties('<x>1.0</x>')),
    });
    expect(edits).toEqual(['pom.xml properties x: 1.0 > 1.1']);
  });

  it('moves all packages that have their version from one property', async () => {
    const rows = list(
      dependency('<version>${x}</version>'),
      dependency('<version>${x}</version>', '', 'other'),
    );
    const { steps } = await fix({ 'pom.xml': project(properties('<x>1.0</x>') + rows) });
    expect(steps).toEqual(['widen g.x:lib>1.1, g.x:other>1.1']);
  });

  it('changes every file that states it', async () => {
    const { files } = await fix({
      'pom.xml': project(list(dependency('<version>1.0</version>'))),
      'b/pom.xml': child(list(dependency('<version>1.0</version>'))),
    });
    expect(Object.keys(files).sort()).toEqual(['b/pom.xml', 'pom.xml']);
  });

  it('says that a profile which must be chosen is not changed', async () => {
    const { notes } = await fix({
      'pom.xml': project(
        `<profiles><profile><id>old</id>${properties('<x>0.9</x>')}</profile></profiles>${properties('<x>1.0</x>')}${list(dependency('<version>${x}</version>'))}`,
      ),
    });
    expect(notes).toEqual([
      'the profile "old" of "pom.xml" is not active by default; what it states is not changed',
    ]);
  });

  it.each<[string, Files, string]>([
    [
      'it is put together',
      {
        'pom.xml': project(properties('<x>1</x>') + list(dependency('<version>${x}.0</version>'))),
      },
      'puts the version of g.x:lib together: "${x}.0"',
    ],
    [
      'it is that of the project',
      {
        'pom.xml': project(list(dependency('<version>${project.version}</version>'))).replace(
          '<version>1</version>',
          '<version>1.0</version>',
        ),
      },
      'has the version of the project',
    ],
    [
      'properties name each other',
      {
        'pom.xml': project(
          properties('<x>${y}</x><y>${x}</y>') + list(dependency('<version>${x}</version>')),
        ),
      },
      'no place of "pom.xml"',
    ],
    [
      'a comment divides it',
      { 'pom.xml': project(list(dependency('<version>1<!---->.0</version>'))) },
      'has no single place',
    ],
    [
      'a reference writes it',
      { 'pom.xml': project(list(dependency('<version>&#49;.0</version>'))) },
      'has no single place',
    ],
    [
      'an entity writes it',
      {
        'pom.xml': `<!DOCTYPE project [<!ENTITY v "1.0">]>${project(list(dependency('<version>&v;</version>')))}`,
      },
      'cannot be edited',
    ],
    [
      'the parent is outside of the directory',
      {
        'pom.xml': child(
          list(dependency('<version>${x}</version>')),
          '<relativePath>../../etc/pom.xml</relativePath>',
        ),
      },
      'no place of "pom.xml"',
    ],
  ])('has no safe place: %s', async (_, files, reason) => {
    const edited = await fix(files);
    expect([edited.steps, edited.files]).toEqual([[], {}]);
    expect(edited.reasons.join()).toContain(reason);
  });

  it.each<[string, Partial<Flawed>, string]>([
    ['a major change', { fixed: ['2.0'] }, 'is a major change'],
    ['a version with markup', { fixed: ['1.1</version>'] }, 'not a plain version'],
  ])('does not get %s', async (_, flaw, reason) => {
    const { steps, reasons } = await fix(
      { 'pom.xml': project(list(dependency('<version>1.0</version>'))) },
      flaw,
    );
    expect([steps, reasons.join()]).toEqual([[], expect.stringContaining(reason)]);
  });

  it('keeps the encoding', async () => {
    const text = `<?xml version="1.0" encoding="UTF-16"?>\r\n<!-- é𝒳 -->${project(list(dependency('<version>1.0</version>')))}`;
    const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const { files } = await fix({ 'pom.xml': bytes });
    const expected = Buffer.from(`\uFEFF${text.replace('1.0</', '1.1</')}`, 'utf16le');
    expect(files['pom.xml']).toBe(expected.toString());
  });
});

describe('an override in a pom.xml', () => {
  const PARENT = project(
    properties('<x>1</x>') +
      managed(dependency('<version>${x}.0</version>', '<type>jar</type>')) +
      list(),
  );
  it.each<[string, string, string]>([
    [
      'beside the dependencies',
      child(
        '\r\n  <!-- é -->\r\n  <dependencies>\r\n    ' +
          dependency('') +
          '\r\n  </dependencies>\r\n',
      ).replace('<parent>', '\r\n  <parent>'),
      [
        '  <dependencyManagement>',
        '    <dependencies>',
        '      <dependency>',
        '        <groupId>g.x</groupId>',
        '        <artifactId>lib</artifactId>',
        '        <version>1.1</version>',
        '      </dependency>',
        '    </dependencies>',
        '  </dependencyManagement>',
        '  <dependencies>',
      ].join('\r\n'),
    ],
    [
      'after the rules that are there',
      child(
        `\n\t${managed(dependency('<version>3</version>', '', 'other'))}\n\t${list(dependency(''))}`,
      ).replace('<parent>', '\n\t<parent>'),
      `<version>3</version></dependency>\n\t\t\t<dependency>\n\t\t\t\t<groupId>g.x</groupId>\n\t\t\t\t<artifactId>lib</artifactId>\n\t\t\t\t<version>1.1</version>\n\t\t\t</dependency></dependencies></dependencyManagement>`,
    ],
    [
      'without line ends',
      child(list(dependency(''))),
      '<dependencyManagement><dependencies><dependency><groupId>g.x</groupId><artifactId>lib</artifactId><version>1.1</version></dependency></dependencies></dependencyManagement><dependencies>',
    ],
  ])('is added %s', async (_, text, expected) => {
    const { steps, edits, files, reasons } = await fix({ 'b/pom.xml': text, 'pom.xml': PARENT });
    expect([steps, edits, reasons]).toEqual([
      ['override g.x:lib>1.1'],
      ['b/pom.xml dependencyManagement g.x:lib:  > 1.1'],
      [],
    ]);
    expect(Object.keys(files)).toEqual(['b/pom.xml']);
    expect(files['b/pom.xml']).toContain(expected);
    // All that was there is still there.
    const edited = files['b/pom.xml'] ?? '';
    let start = 0;
    while (start < text.length && edited[start] === text[start]) start += 1;
    expect(edited.slice(0, start) + edited.slice(start + edited.length - text.length)).toBe(text);
  });
});

describe('a malicious package in a pom.xml', () => {
  it('goes with its line', async () => {
    const text = project(
      `<dependencies>\n  ${dependency('<version>1.0</version>')}\n  <!-- x -->\n</dependencies>`,
    );
    const { steps, files } = await fix({ 'pom.xml': text }, { fixed: [] });
    expect(steps).toEqual(['remove g.x:lib>']);
    expect(files['pom.xml']).toBe(project('<dependencies>\n  <!-- x -->\n</dependencies>'));
  });
});
